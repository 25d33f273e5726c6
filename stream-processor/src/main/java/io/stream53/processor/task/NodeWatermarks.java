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

    private static final class Node {
        private final long run;
        private long watermarkUs = NONE;

        /** Messages that the run has dropped, and the watermark that last told of more. */
        private long losses;

        private long lossUs = NONE;

        /** Wall-clock time, not kept across restarts. */
        private long heardMs;

        Node(long run) {
            this.run = run;
        }
    }

    private final Map<String, Node> nodes = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

    /** A message or a watermark of a node's run was read. */
    void heard(String name, long run, long nowMs) {
        current(name, run).heardMs = nowMs;
    }

    /**
     * A watermark was read; {@link #ENDED} for the last one of a run.
     *
     * @param losses messages that the run has dropped so far
     * @return whether the node has come further
     */
    boolean advance(String name, long run, long watermarkUs, long losses, long nowMs) {
        Node node = current(name, run);
        node.heardMs = nowMs;
        if (watermarkUs <= node.watermarkUs) {
            return false;
        }
        node.watermarkUs = watermarkUs;
        if (losses > node.losses) {
            node.losses = losses;
            node.lossUs = watermarkUs;
        }
        changed.add(name);
        return true;
    }

    /** Whether the node told of messages it dropped since a time, or shortly before it. */
    boolean lostSince(String name, long timeUs) {
        Node node = nodes.get(name);
        return node != null && node.lossUs != NONE && node.lossUs >= timeUs;
    }

    /** The node with this run going on: another run takes the place of the one before. */
    private Node current(String name, long run) {
        Node node = nodes.get(name);
        if (node == null || node.run != run || node.watermarkUs == ENDED) {
            node = new Node(run);
            nodes.put(name, node);
            changed.add(name);
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
            changed.add(name);
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
        Node node = new Node(in.getLong());
        node.watermarkUs = in.getLong();
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
                        ByteBuffer.allocate(4 * Long.BYTES)
                                .putLong(node.run)
                                .putLong(node.watermarkUs)
                                .putLong(node.losses)
                                .putLong(node.lossUs)
                                .array();
                writer.put(name.getBytes(StandardCharsets.UTF_8), value);
            }
        }
        changed.clear();
    }
}
