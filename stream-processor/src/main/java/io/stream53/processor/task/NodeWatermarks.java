package io.stream53.processor.task;

import io.stream53.processor.count.NodeTimes;
import io.stream53.processor.match.StateWriter;
import java.nio.ByteBuffer;
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
    static final long NONE = Long.MIN_VALUE;

    /** The run has ended: nothing more comes. */
    static final long ENDED = Long.MAX_VALUE;

    private static final byte VERSION = 2;

    /** Nodes of which something is known at a time, far more than a partition ever has. */
    private static final int MAX_NODES = 10_000;

    private static final long WINDOW_US = Duration.ofMinutes(1).toNanos() / 1000;

    private static final class Node {
        private final long run;
        private long watermarkUs = NONE;

        /** Latest time of a message or watermark. */
        private long latestUs = NONE;

        /** Earliest and latest time of a message. */
        private long firstMessageUs = NONE;

        private long lastMessageUs = NONE;

        /** It holds no window open: all that is to be read of it was read. */
        private boolean resting;

        /** Candidates that the run has lost, and the latest time when it last told of more. */
        private long losses;

        private long lossUs = NONE;

        /** It differs from what is in the changelog. */
        private boolean changed;

        /** Wall-clock time, not kept across restarts. */
        private long heardMs;

        Node(long run) {
            this.run = run;
        }
    }

    /** The one not heard of for the longest first. */
    private final Map<String, Node> nodes = new LinkedHashMap<>(16, 0.75f, true);

    private final Set<String> changed = new HashSet<>();
    private final long closeDelayUs;
    private final int maxNodes;
    private @Nullable NodeTimes times;
    private boolean backlog;

    /** Messages of one node mostly come in a row. */
    private String lastName = "";

    private @Nullable Node last;

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
        Node node = current(name, run);
        node.heardMs = nowMs;
        if (node.resting || node.firstMessageUs == NONE || timeUs < node.firstMessageUs) {
            node.resting = false;
            node.firstMessageUs =
                    node.firstMessageUs == NONE ? timeUs : Math.min(timeUs, node.firstMessageUs);
            times = null;
            touch(name, node);
        }
        node.lastMessageUs = Math.max(timeUs, node.lastMessageUs);
        if (timeUs > node.latestUs) {
            node.latestUs = timeUs;
            touch(name, node);
        }
    }

    private void touch(String name, Node node) {
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
        Node node = current(name, run);
        node.heardMs = nowMs;
        if (watermarkUs <= node.watermarkUs) {
            return false;
        }
        if (closable(watermarkUs) != closable(node.watermarkUs)) {
            times = null;
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
        Node node = nodes.get(name);
        return node != null && (node.run != run || node.lossUs != NONE && node.lossUs >= timeUs);
    }

    /** Number of the window after the last one that a watermark has passed by the delay. */
    private long closable(long watermarkUs) {
        return watermarkUs < NONE / 2 || watermarkUs == ENDED
                ? watermarkUs
                : Math.floorDiv(watermarkUs - closeDelayUs - 1, WINDOW_US);
    }

    /** The node with this run going on: another run takes the place of the one before. */
    private Node current(String name, long run) {
        Node node = last != null && lastName.equals(name) ? last : nodes.get(name);
        if (node == null || node.run != run || node.watermarkUs == ENDED) {
            node = new Node(run);
            nodes.put(name, node);
            times = null;
            touch(name, node);
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
            times = null;
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
                    if (node.watermarkUs != ENDED && node.heardMs < timeMs && !isThrough(node)) {
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
        for (Node node : nodes.values()) {
            if (!node.resting && isThrough(node)) {
                node.resting = true;
                times = null;
            }
        }
    }

    private boolean isThrough(Node node) {
        return node.watermarkUs != NONE
                && node.watermarkUs > restingUs(node)
                && node.watermarkUs != ENDED;
    }

    /** The last watermark that does not pass the window of the node's latest message. */
    private long restingUs(Node node) {
        return node.lastMessageUs == NONE
                ? NONE
                : (Math.floorDiv(node.lastMessageUs, WINDOW_US) + 1) * WINDOW_US + closeDelayUs;
    }

    /** Whether there is more to read than what came in the last seconds. */
    void backlog(boolean now) {
        if (backlog != now) {
            backlog = now;
            times = null;
        }
    }

    /** How far each node has come, for those who count. */
    NodeTimes times() {
        if (times == null) {
            Map<Long, Long> holding = new TreeMap<>();
            Map<Long, Long> resting = new TreeMap<>();
            for (Node node : nodes.values()) {
                long timeUs = timeUs(node);
                (node.resting || node.watermarkUs == ENDED ? resting : holding)
                        .merge(closable(timeUs), timeUs, Math::min);
            }
            if (!nodes.isEmpty() && ended()) {
                resting.put(ENDED, ENDED);
            }
            times =
                    new NodeTimes(
                            List.copyOf(holding.values()), List.copyOf(resting.values()), backlog);
        }
        return times;
    }

    /**
     * A run that has ended is past what it told of, and nothing beyond; one that told of nothing
     * yet is where its first message was. Never {@link #NONE}, which would hold up everybody.
     */
    private long timeUs(Node node) {
        long timeUs = node.watermarkUs;
        if (timeUs == ENDED) {
            timeUs = restingUs(node) + 1;
        } else if (timeUs == NONE) {
            timeUs = node.firstMessageUs;
        }
        return Math.max(timeUs, NONE + 1);
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
        Node node = nodes.get(name);
        if (node != null) {
            node.watermarkUs = ENDED;
            times = null;
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
        ByteBuffer in = ByteBuffer.wrap(value);
        if (in.get() != VERSION) {
            throw new IllegalArgumentException("a node's state is not of version " + VERSION);
        }
        Node node = new Node(in.getLong());
        node.watermarkUs = in.getLong();
        node.latestUs = in.getLong();
        node.losses = in.getLong();
        node.lossUs = in.getLong();
        // Earlier versions did not tell messages from watermarks.
        node.firstMessageUs = in.hasRemaining() ? in.getLong() : node.latestUs;
        node.lastMessageUs = in.hasRemaining() ? in.getLong() : node.latestUs;
        nodes.put(new String(key, StandardCharsets.UTF_8), node);
    }

    @Override
    public void drain(StateWriter writer) {
        for (String name : changed) {
            Node node = nodes.get(name);
            if (node == null) {
                writer.delete(name.getBytes(StandardCharsets.UTF_8));
            } else {
                byte[] value =
                        ByteBuffer.allocate(1 + 7 * Long.BYTES)
                                .put(VERSION)
                                .putLong(node.run)
                                .putLong(node.watermarkUs)
                                .putLong(node.latestUs)
                                .putLong(node.losses)
                                .putLong(node.lossUs)
                                .putLong(node.firstMessageUs)
                                .putLong(node.lastMessageUs)
                                .array();
                writer.put(name.getBytes(StandardCharsets.UTF_8), value);
                node.changed = false;
            }
        }
        changed.clear();
    }
}
