package io.stream53.processor.view;

/**
 * How much views hold.
 *
 * @param minutes windows of a minute in a partition
 * @param hours windows of an hour in a partition
 * @param records counts over all windows and partitions of this instance
 * @param alerts alerts in a partition
 */
public record ViewLimits(int minutes, int hours, int records, int alerts) {
    public static final ViewLimits DEFAULT = new ViewLimits(60, 24, 100_000, 1_000);
}
