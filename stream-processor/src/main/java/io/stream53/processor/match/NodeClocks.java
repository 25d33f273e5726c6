package io.stream53.processor.match;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The clocks of all nodes with a run in progress. */
final class NodeClocks {
    private final Map<String, NodeClock> byNode = new HashMap<>();
    private final List<byte[]> deleted = new ArrayList<>();

    /** Messages of one node mostly come in a row. */
    private @Nullable NodeClock last;

    NodeClock of(String node) {
        if (last == null || !last.node.equals(node)) {
            last = byNode.computeIfAbsent(node, NodeClock::new);
        }
        return last;
    }

    @Nullable NodeClock find(String node) {
        return byNode.get(node);
    }

    void remove(NodeClock clock) {
        byNode.remove(clock.node);
        last = null;
        if (clock.logged) {
            deleted.add(StateCodec.nodeKey(clock.node));
        }
    }

    void drain(StateWriter writer) {
        deleted.forEach(writer::delete);
        deleted.clear();
        for (NodeClock clock : byNode.values()) {
            if (clock.changed) {
                writer.put(StateCodec.nodeKey(clock.node), StateCodec.encode(clock));
                clock.logged = true;
                clock.changed = false;
            }
        }
    }
}
