package io.stream53.processor.serve;

import static io.stream53.processor.serve.RecordJson.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.processor.view.NodeTime;
import io.stream53.processor.view.SourceView;
import io.stream53.processor.view.Views;
import io.stream53.schema.NodeLedger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * The nodes: how far each has come, how far its clock seems to be off, and what became of its
 * messages in the last minutes. The first two are known to the tasks that read the node's records,
 * the last to the one that merges its ledger.
 */
final class NodeListing implements Listing {
    private static final int MAX_MINUTES = 60;

    private final Views views;
    private final IntPredicate isCaughtUp;
    private final InstantSource clock;

    NodeListing(Views views, IntPredicate isCaughtUp, InstantSource clock) {
        this.views = views;
        this.isCaughtUp = isCaughtUp;
        this.clock = clock;
    }

    @Override
    public List<String> parameters() {
        return List.of("node", "minutes", "limit");
    }

    @Override
    public boolean asksSources() {
        return true;
    }

    @Override
    public List<ObjectNode> items(Query query) {
        int minutes = query.number("minutes", 10, 1, MAX_MINUTES);
        Map<String, ObjectNode> items = new TreeMap<>();
        for (SourceView source : views.sources()) {
            boolean caughtUp = isCaughtUp.test(source.partition());
            for (NodeTime time : source.nodes()) {
                items.merge(time.node(), progress(time, caughtUp), this::merge);
            }
        }
        ledgers()
                .forEach((node, all) -> items.merge(node, ledger(node, all, minutes), this::merge));
        return items.values().stream()
                .filter(
                        item ->
                                query.text("node")
                                        .map(node -> item.path("node").asText().equals(node))
                                        .orElse(true))
                .limit(limit(query) + 1L)
                .toList();
    }

    private ObjectNode progress(NodeTime time, boolean caughtUp) {
        ObjectNode item =
                JSON.objectNode()
                        .put("node", time.node())
                        .put("ended", time.ended())
                        .put("watermark", RecordJson.time(time.watermarkMs()))
                        .put("heard", RecordJson.time(time.readMs()))
                        .put("sampling_rate", time.samplingRate());
        if (!time.ended()) {
            item.put("lag_ms", clock.millis() - time.watermarkMs());
            if (caughtUp) {
                item.put("clock_skew_ms", -time.delayMs());
            }
        }
        return item;
    }

    /** Each node's, the newest first. */
    private Map<String, List<NodeLedger>> ledgers() {
        Map<String, List<NodeLedger>> byNode = new TreeMap<>();
        views.merges().stream()
                .flatMap(view -> view.ledgers().stream())
                .sorted(Comparator.comparing(NodeLedger::getTimestamp).reversed())
                .forEach(
                        ledger ->
                                byNode.computeIfAbsent(ledger.getNode(), fresh -> new ArrayList<>())
                                        .add(ledger));
        return byNode;
    }

    private static ObjectNode ledger(String node, List<NodeLedger> all, int minutes) {
        ArrayNode records = JSON.arrayNode();
        long sent = 0;
        long lost = 0;
        for (NodeLedger ledger : all.subList(0, Math.min(minutes, all.size()))) {
            records.add(RecordJson.of(ledger));
            sent += ledger.getSent();
            lost += ledger.getLost();
        }
        ObjectNode item = JSON.objectNode().put("node", node);
        item.put("sent", sent).put("lost", lost);
        item.put("lost_share", sent == 0 ? 0.0 : (double) lost / sent);
        return item.set("minutes", records);
    }

    @Override
    public Comparator<ObjectNode> order(Query query) {
        return Comparator.comparing(this::id);
    }

    @Override
    public int limit(Query query) {
        return query.number("limit", 100, 1, CountListing.MAX_ITEMS);
    }

    @Override
    public String id(ObjectNode item) {
        return item.path("node").asText();
    }

    /**
     * Of several partitions and instances: the node is as far as it is in the one that heard of it
     * last, and its clock is what the swiftest of them says.
     */
    @Override
    public ObjectNode merge(ObjectNode one, ObjectNode other) {
        boolean newer = other.path("heard").asText().compareTo(one.path("heard").asText()) >= 0;
        ObjectNode both = (newer ? one : other).deepCopy();
        both.setAll(newer ? other : one);
        if (both.path("ended").asBoolean()) {
            both.remove(List.of("lag_ms", "clock_skew_ms"));
        } else if (one.has("clock_skew_ms") && other.has("clock_skew_ms")) {
            both.put(
                    "clock_skew_ms",
                    Math.max(
                            one.path("clock_skew_ms").asLong(),
                            other.path("clock_skew_ms").asLong()));
        }
        return both;
    }
}
