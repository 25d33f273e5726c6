package io.stream53.processor.task;

import io.stream53.processor.match.StateWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    private static final class Node {
        private final long run;
        private long watermarkUs = NONE;

        /** Latest time of a message or watermark. */
        private long latestUs = NONE;

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

    private final Map<String, Node> nodes = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

    /** A message of a node's run was read. */
    void heard(String name, long run, long timeUs, long nowMs) {
        Node node = current(name, run);
        node.heardMs = nowMs;
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

    /** The node with this run going on: another run takes the place of the one before. */
    private Node current(String name, long run) {
        Node node = nodes.get(name);
        if (node == null || node.run != run || node.watermarkUs == ENDED) {
            node = new Node(run);
            nodes.put(name, node);
            touch(name, node);
        }
        return node;
    }

    /** Nodes with a run that has not ended and of which nothing was heard since a time. */
    List<String> silentSince(long timeMs) {
        List<String> silent = new ArrayList<>();
        nodes.forEach(
                (name, node) -> {
                    if (node.watermarkUs != ENDED && node.heardMs < timeMs) {
                        silent.add(name);
                    }
                });
        return silent;
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
        nodes.put(new String(key, StandardCharsets.UTF_8), node);
    }

    @Override
    public void drain(StateWriter writer) {
        for (String name : changed) {
            Node node = nodes.get(name);
            if (node != null) {
                byte[] value =
                        ByteBuffer.allocate(1 + 5 * Long.BYTES)
                                .put(VERSION)
                                .putLong(node.run)
                                .putLong(node.watermarkUs)
                                .putLong(node.latestUs)
                                .putLong(node.losses)
                                .putLong(node.lossUs)
                                .array();
                writer.put(name.getBytes(StandardCharsets.UTF_8), value);
                node.changed = false;
            }
        }
        changed.clear();
    }
}
