package io.stream53.processor.count;

import io.stream53.processor.match.StateWriter;
import io.stream53.schema.NodeLedger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongPredicate;

/**
 * Merges what the tasks saw of agents' runs into one record a node and minute. Give it the parts of
 * its nodes, call {@link #takeFinals} each second or so and {@link #takeUpdates} each ten, and send
 * what they return. For one thread.
 *
 * <p>Each node is apart, with bounds of its own: a node with a wild clock gives up no minute of
 * another.
 */
public final class LedgerMerger {
    /** Final minutes of a node kept for corrections: the span in which a window waits for it. */
    public static final int DEFAULT_KEPT_MINUTES = 120;

    private static final int KIND_NODE = 'n';

    /** Nodes known at a time; of more the one not heard of for the longest is forgotten. */
    private static final int MAX_NODES = 10_000;

    private record Entry(byte[] key, byte[] value) {}

    private final int keptMinutes;
    private final Map<String, NodeLedgerMerger> nodes = new LinkedHashMap<>(16, 0.75f, true);

    /** Entries to be deleted: of nodes forgotten, and of an earlier layout. */
    private final List<byte[]> gone = new ArrayList<>();

    /** Entries of an earlier layout that concern all nodes. */
    private final List<Entry> ofAllNodes = new ArrayList<>();

    /**
     * @param keptMinutes final minutes of each node kept for corrections
     */
    public LedgerMerger(int keptMinutes) {
        this.keptMinutes = keptMinutes;
    }

    /** Key of a record in {@code dns.ledger}: {@code <node>|<window start>}. */
    public static String recordKey(NodeLedger record) {
        return record.getNode() + '|' + record.getTimestamp();
    }

    /**
     * Takes what a task saw.
     *
     * @return false when its minute was given up, so that no whole record can be made of it
     */
    public boolean accept(CountMessage.RunPart part) {
        boolean taken = of(part.node()).accept(part);
        if (nodes.size() > MAX_NODES) {
            String oldest = nodes.keySet().iterator().next();
            of(oldest).keys().forEach(key -> gone.add(keyOf(oldest, key)));
            nodes.remove(oldest);
        }
        return taken;
    }

    private NodeLedgerMerger of(String node) {
        return nodes.computeIfAbsent(node, fresh -> new NodeLedgerMerger(keptMinutes));
    }

    /**
     * Records of the minutes that have become final, and anew of final ones that were added to.
     *
     * @param hasPassed whether no task adds to the minute with this start in the usual course
     */
    public List<NodeLedger> takeFinals(LongPredicate hasPassed) {
        return ofEach(node -> node.takeFinals(hasPassed));
    }

    /** Records so far, not final, of the open minutes that were added to since the last call. */
    public List<NodeLedger> takeUpdates() {
        return ofEach(NodeLedgerMerger::takeUpdates);
    }

    /** Shows every record that is held as it stands. Changes nothing. */
    public void look(Consumer<NodeLedger> viewer) {
        nodes.values().forEach(node -> node.look(viewer));
    }

    private List<NodeLedger> ofEach(Function<NodeLedgerMerger, List<NodeLedger>> taking) {
        List<NodeLedger> records = new ArrayList<>();
        nodes.values().forEach(node -> records.addAll(taking.apply(node)));
        return records;
    }

    /** Minutes of nodes of which something is still to be declared final. */
    public int openMinutes() {
        return nodes.values().stream().mapToInt(NodeLedgerMerger::openMinutes).sum();
    }

    /** Writes what changed since the last drain. */
    public void drain(StateWriter writer) {
        gone.forEach(writer::delete);
        gone.clear();
        nodes.forEach((node, merger) -> merger.drain(new NodeWriter(node, writer)));
    }

    /** Puts the node before the keys. */
    private record NodeWriter(String node, StateWriter writer) implements StateWriter {
        @Override
        public void put(byte[] key, byte[] value) {
            writer.put(keyOf(node, key), value);
        }

        @Override
        public void delete(byte[] key) {
            writer.delete(keyOf(node, key));
        }
    }

    private static byte[] keyOf(String node, byte[] key) {
        return new ByteWriter().u8(KIND_NODE).text(node).bytes(key).toBytes();
    }

    /**
     * Takes back what a drain wrote, in any order; what an earlier version wrote, by ascending
     * keys.
     *
     * @throws IllegalArgumentException when the bytes are of another version
     */
    public void restore(byte[] key, byte[] value) {
        ByteReader name = new ByteReader(key);
        int kind = name.u8();
        switch (kind) {
            case KIND_NODE -> of(name.text()).restore(name.bytes(), value);
            case NodeLedgerMerger.KIND_MINUTE -> {
                long _ = name.i64();
                restoreEarlier(name.text(), key, value);
            }
            case NodeLedgerMerger.KIND_RUN -> restoreEarlier(name.text(), key, value);
            case NodeLedgerMerger.KIND_CLOSED, NodeLedgerMerger.KIND_EVICTED -> {
                new NodeLedgerMerger(keptMinutes).restore(key, value);
                ofAllNodes.add(new Entry(key, value));
                gone.add(key);
            }
            default -> throw new IllegalArgumentException("unknown kind of state " + kind);
        }
    }

    private void restoreEarlier(String node, byte[] key, byte[] value) {
        NodeLedgerMerger merger = of(node);
        ofAllNodes.forEach(entry -> merger.restore(entry.key, entry.value));
        merger.restore(key, value);
        merger.rewrite();
        gone.add(key);
    }
}
