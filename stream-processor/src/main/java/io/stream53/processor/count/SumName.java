package io.stream53.processor.count;

/**
 * What a sum of a task is of.
 *
 * @param windowStartMs start of the minute
 */
record SumName(String dimension, String key, long windowStartMs) {
    static SumName of(Dimension dimension, Object key, long windowStartMs) {
        return new SumName(dimension.text(), key.toString(), windowStartMs);
    }

    CountMessage.Partial partial(Tally tally) {
        return new CountMessage.Partial(dimension, key, windowStartMs, tally.toBytes());
    }
}
