package io.stream53.processor.task;

import io.stream53.processor.count.NodeTimes;
import io.stream53.processor.match.StateWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far each node of a partition has come in event time, by its own watermarks, and when it was
 * last heard of by the wall clock. A new run of a node starts the node's watermark anew: it may go
 * back.
 */
final class NodeWatermarks implements DrainedStore.Part {
    /** No watermark yet. */
    static final long NONE = NodeProgress.NONE;

    /** The run has ended: nothing more comes. */
    static final long ENDED = NodeProgress.ENDED;

    /** Nodes of which something is known at a time, far more than a partition ever has. */
    private static final int MAX_NODES = 10_000;

    private static final long WINDOW_US = NodeProgress.WINDOW_US;

    /** Of alerts. */
    private static final long SLOT_US = Duration.ofSeconds(10).toNanos() / 1000;

    /** The one not heard of for the longest first. */
    private final Map<String, NodeProgress> nodes = new LinkedHashMap<>(16, 0.75f, true);

    private final Set<String> changed = new HashSet<>();
    private final long closeDelayUs;
    private final int maxNodes;
    private @Nullable NodeTimes times;
    private @Nullable NodeTimes exactTimes;
    private boolean backlog;

    /** Messages of one node mostly come in a row. */
    private String lastName = "";

    private @Nullable NodeProgress last;

    /**
     * @param closeDelay how far a watermark must have passed a window's end to close it
     */
    NodeWatermarks(Duration closeDelay) {
        this(closeDelay, MAX_NODES);
    }

    NodeWatermarks(Duration closeDelay, int maxNodes) {
        this.closeDelayUs = closeDelay.toNanos() / 1000;
        this.maxNodes = maxNodes;
    }

    /** A message of a node's run was read. */
    void heard(String name, long run, long timeUs, long nowMs) {
        NodeProgress node = current(name, run);
        node.heardMs = nowMs;
        if (node.resting || node.firstMessageUs == NONE || timeUs < node.firstMessageUs) {
            node.resting = false;
            node.firstMessageUs =
                    node.firstMessageUs == NONE ? timeUs : Math.min(timeUs, node.firstMessageUs);
            timesChange();
            touch(name, node);
        }
        node.lastMessageUs = Math.max(timeUs, node.lastMessageUs);
        if (timeUs > node.latestUs) {
            node.latestUs = timeUs;
            touch(name, node);
        }
    }

    private void touch(String name, NodeProgress node) {
        if (!node.changed) {
            node.changed = true;
            changed.add(name);
        }
    }

    /**
     * A watermark was read; {@link #ENDED} for the last one of a run.
     *
     * @param losses candidates that the run has lost so far
     * @return whether the node has come further
     */
    boolean advance(String name, long run, long watermarkUs, long losses, long nowMs) {
        NodeProgress node = current(name, run);
        node.heardMs = nowMs;
        if (watermarkUs <= node.watermarkUs) {
            return false;
        }
        if (passed(watermarkUs, WINDOW_US) != passed(node.watermarkUs, WINDOW_US)) {
            times = null;
        }
        if (passed(watermarkUs, SLOT_US) != passed(node.watermarkUs, SLOT_US)) {
            exactTimes = null;
        }
        node.watermarkUs = watermarkUs;
        node.latestUs = Math.max(node.latestUs, watermarkUs);
        if (losses > node.losses) {
            node.losses = losses;
            node.lossUs = node.latestUs;
        }
        touch(name, node);
        return true;
    }

    /**
     * Whether the response to a query may have been lost in its node: the first watermark behind
     * the query, or a later one, told of losses, or the query's run ended without a last word. To
     * be asked when the watermark that passes the query's timeout has been taken.
     *
     * <p>A watermark's losses are those up to when it was sent, which is later than the time it
     * bears: so they concern every query that came before it.
     *
     * @param run the query's
     * @param timeUs the query's
     */
    boolean mayHaveLost(String name, long run, long timeUs) {
        NodeProgress node = nodes.get(name);
        return node != null && (node.run != run || node.lossUs != NONE && node.lossUs >= timeUs);
    }

    private void timesChange() {
        times = null;
        exactTimes = null;
    }

    /** Number of the window after the last one that a watermark has passed by the delay. */
    private long passed(long watermarkUs, long windowUs) {
        return watermarkUs < NONE / 2 || watermarkUs == ENDED
                ? watermarkUs
                : Math.floorDiv(watermarkUs - closeDelayUs - 1, windowUs);
    }

    /** The node with this run going on: another run takes the place of the one before. */
    private NodeProgress current(String name, long run) {
        NodeProgress node = last != null && lastName.equals(name) ? last : nodes.get(name);
        if (node == null || node.run != run || node.watermarkUs == ENDED) {
            node = new NodeProgress(run);
            nodes.put(name, node);
            timesChange();
            touch(name, node);
        }
        if (node.silent) {
            node.silent = false;
            exactTimes = null;
        }
        last = node;
        lastName = name;
        return node;
    }

    /**
     * Forgets the nodes beyond the bound, those first that have not been heard of for the longest.
     *
     * @return those whose run had not ended
     */
    List<String> forgetTooMany() {
        List<String> lost = new ArrayList<>();
        while (nodes.size() > maxNodes) {
            var oldest = nodes.entrySet().iterator().next();
            nodes.remove(oldest.getKey());
            last = null;
            timesChange();
            changed.add(oldest.getKey());
            if (oldest.getValue().watermarkUs != ENDED) {
                lost.add(oldest.getKey());
            }
        }
        return lost;
    }

    /**
     * Nodes with a run that has not ended and of which nothing was heard since a time; but those
     * whose last watermark had passed the windows of all their messages have no more to say.
     */
    List<String> silentSince(long timeMs) {
        List<String> silent = new ArrayList<>();
        nodes.forEach(
                (name, node) -> {
                    if (node.watermarkUs != ENDED
                            && node.heardMs < timeMs
                            && !node.isThrough(closeDelayUs)) {
                        silent.add(name);
                    }
                });
        return silent;
    }

    /**
     * There is nothing more to read for now: nodes whose last watermark has passed the windows of
     * all their messages hold no window open, since agents then send no more watermarks to this
     * partition.
     */
    void rest() {
        for (NodeProgress node : nodes.values()) {
            if (!node.resting && node.isThrough(closeDelayUs)) {
                node.resting = true;
                timesChange();
            }
        }
    }

    /**
     * Nodes of which nothing was heard since a time hold up no alert: their clocks may be right,
     * but nobody moves them.
     */
    void silence(long timeMs) {
        for (NodeProgress node : nodes.values()) {
            if (!node.silent && node.heardMs < timeMs) {
                node.silent = true;
                exactTimes = null;
            }
        }
    }

    /** Whether there is more to read than what came in the last seconds. */
    void backlog(boolean now) {
        if (backlog != now) {
            backlog = now;
            timesChange();
        }
    }

    /** How far each node has come, for those who count. */
    NodeTimes times() {
        if (times == null) {
            times = times(WINDOW_US, false);
        }
        return times;
    }

    /** The same for alerts: by slots instead of windows, and without those that fell silent. */
    NodeTimes exactTimes() {
        if (exactTimes == null) {
            exactTimes = times(SLOT_US, true);
        }
        return exactTimes;
    }

    private NodeTimes times(long windowUs, boolean silentRest) {
        Map<Long, Long> holding = new TreeMap<>();
        Map<Long, Long> resting = new TreeMap<>();
        for (NodeProgress node : nodes.values()) {
            long timeUs = node.timeUs(closeDelayUs);
            boolean rests = node.resting || node.watermarkUs == ENDED || silentRest && node.silent;
            (rests ? resting : holding).merge(passed(timeUs, windowUs), timeUs, Math::min);
        }
        if (!nodes.isEmpty() && ended()) {
            resting.put(ENDED, ENDED);
        }
        return new NodeTimes(List.copyOf(holding.values()), List.copyOf(resting.values()), backlog);
    }

    boolean isEmpty() {
        return nodes.isEmpty();
    }

    /** The wall clock says nothing about nodes up to now: their silence counts from here. */
    void heardAll(long nowMs) {
        nodes.values().forEach(node -> node.heardMs = nowMs);
    }

    /** Takes a node's run as ended, until something more of it is read. */
    void lost(String name) {
        NodeProgress node = nodes.get(name);
        if (node != null) {
            node.watermarkUs = ENDED;
            timesChange();
            touch(name, node);
        }
    }

    /** Whether every run has ended; also when nothing was read yet. */
    boolean ended() {
        return nodes.values().stream().allMatch(node -> node.watermarkUs == ENDED);
    }

    /**
     * The smallest watermark of the runs that go on; {@link #NONE} when one has none yet, {@link
     * #ENDED} when all have ended.
     */
    long smallest() {
        return nodes.values().stream().mapToLong(node -> node.watermarkUs).min().orElse(NONE);
    }

    /** The largest watermark of the runs that go on, {@link #ENDED} when all have ended. */
    long largest() {
        return nodes.values().stream()
                .mapToLong(node -> node.watermarkUs)
                .filter(watermark -> watermark != ENDED)
                .max()
                .orElse(nodes.isEmpty() ? NONE : ENDED);
    }

    @Override
    public void restore(byte[] key, byte[] value) {
        nodes.put(new String(key, StandardCharsets.UTF_8), NodeProgress.decode(value));
    }

    @Override
    public void drain(StateWriter writer) {
        for (String name : changed) {
            NodeProgress node = nodes.get(name);
            if (node == null) {
                writer.delete(name.getBytes(StandardCharsets.UTF_8));
            } else {
                writer.put(name.getBytes(StandardCharsets.UTF_8), node.encode());
                node.changed = false;
            }
        }
        changed.clear();
    }
}
