package io.stream53.processor.view;

import io.stream53.schema.TldCount;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one window in one partition. One thread writes; readers see every record whole, and
 * of a set of records some from before and some from after a change that is going on. Records do
 * not change once they are here.
 */
public final class CountWindow {
    private final WindowName name;
    private final Map<String, Map<String, TldCount>> byDimension = new ConcurrentHashMap<>();
    private volatile boolean last;
    private volatile boolean cut;

    /** For the writer: when it was fed last, as a running number. */
    long fed;

    /** For the writer: records in it. */
    int size;

    CountWindow(WindowName name) {
        this.name = name;
    }

    /** Returns the record that it takes the place of. */
    @Nullable TldCount put(TldCount count) {
        last = count.getFinal$();
        return byDimension
                .computeIfAbsent(count.getDimension(), fresh -> new ConcurrentHashMap<>())
                .put(count.getKey(), count);
    }

    boolean has(TldCount count) {
        return find(count.getDimension(), count.getKey()) != null;
    }

    void cut() {
        cut = true;
    }

    public WindowName name() {
        return name;
    }

    /** The count of one key; null when there is none. */
    public @Nullable TldCount find(String dimension, String key) {
        Map<String, TldCount> keys = byDimension.get(dimension);
        return keys == null ? null : keys.get(key);
    }

    public Collection<TldCount> of(String dimension) {
        Map<String, TldCount> keys = byDimension.get(dimension);
        return keys == null ? Set.of() : keys.values();
    }

    public Set<String> dimensions() {
        return byDimension.keySet();
    }

    /** Whether the window was closed, by the record that came last. */
    public boolean isFinal() {
        return last;
    }

    /** Whether records were left out, because there were too many. */
    public boolean isCut() {
        return cut;
    }
}
