package io.stream53.processor.view;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The views of this instance's tasks, and the feed of its transactions. Safe for all threads. */
public final class Views {
    private final ViewLimits limits;
    private final AtomicInteger records = new AtomicInteger();
    private final Map<Integer, MergeView> merges = new ConcurrentHashMap<>();
    private final Map<Integer, SourceView> sources = new ConcurrentHashMap<>();
    private final LiveFeed live = new LiveFeed();

    public Views(ViewLimits limits) {
        this.limits = limits;
    }

    /** The view of the task that merges a partition's counts; one before it is gone. */
    public MergeView merge(int partition) {
        MergeView view = new MergeView(partition, limits, records);
        MergeView before = merges.put(partition, view);
        if (before != null) {
            before.clear();
        }
        return view;
    }

    /** The task was closed, or moved to another instance. */
    public void close(MergeView view) {
        merges.remove(view.partition(), view);
        view.clear();
    }

    /** The view of the task that reads a partition of dns.raw; one before it is gone. */
    public SourceView source(int partition) {
        SourceView view = new SourceView(partition);
        sources.put(partition, view);
        return view;
    }

    /** The task was closed, or moved to another instance. */
    public void close(SourceView view) {
        sources.remove(view.partition(), view);
    }

    /** Of the merging tasks that run here. */
    public Collection<MergeView> merges() {
        return merges.values();
    }

    /** Of the reading tasks that run here. */
    public Collection<SourceView> sources() {
        return sources.values();
    }

    /** Transactions of the tasks that run here. */
    public LiveFeed live() {
        return live;
    }

    /** Counts that are held. */
    public int records() {
        return records.get();
    }
}
