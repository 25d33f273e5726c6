package io.stream53.processor.count;

/** {@link CountMessage#mergeKey} of many partials, most of them of one hour. For one thread. */
public final class MergeKeys {
    private long hourMs = Long.MIN_VALUE;
    private String hourText = "";

    /** The same as {@link CountMessage.Partial#mergeKey()}. */
    public String of(CountMessage.Partial partial) {
        long hour = Windows.hourOf(partial.windowStartMs());
        if (hour != hourMs) {
            hourMs = hour;
            hourText = CountMessage.hourText(hour);
        }
        return partial.dimension() + '|' + partial.key() + '|' + hourText;
    }
}
