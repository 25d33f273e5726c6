package io.stream53.processor.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.stream53.processor.task.LedgerBoard;
import io.stream53.processor.view.NodeTime;
import io.stream53.processor.view.SourceView;
import io.stream53.processor.view.Views;
import io.stream53.schema.NodeLedger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Metrics with a label, of what this instance has: so the sum over instances is the whole. Rows are
 * made when someone asks, of no more than {@value #MAX_NODES} nodes.
 */
final class InstanceMetrics {
    private static final int MAX_NODES = 1_000;

    private final Views views;
    private final Instance instance;
    private final MeterRegistry registry;
    private final MultiGauge lag;
    private final MultiGauge watermarks;
    private final MultiGauge delays;
    private final MultiGauge captured;
    private final MultiGauge lost;
    private final MultiGauge dropped;

    InstanceMetrics(LedgerBoard board, Instance instance, MeterRegistry registry) {
        this.views = board.views();
        this.instance = instance;
        this.registry = registry;
        Gauge.builder("stream53.live.clients", views.live(), live -> live.watching())
                .description("clients that watch live")
                .register(registry);
        Gauge.builder("stream53.view.counts", views, Views::records)
                .description("counts that are held for the HTTP API")
                .register(registry);
        lag = rows("partition.lag", "records of a partition that are not committed yet");
        watermarks =
                MultiGauge.builder("stream53.node.watermark")
                        .description("how far a node has come, as seconds since the epoch")
                        .baseUnit("seconds")
                        .register(registry);
        delays =
                MultiGauge.builder("stream53.node.delay")
                        .description(
                                "smallest of the latest times from a node's watermark to its being"
                                        + " read; negative when the node's clock is ahead")
                        .baseUnit("seconds")
                        .register(registry);
        captured = rows("node.captured", "messages that a node captured in its last final minute");
        lost = rows("node.lost", "messages among those sent in that minute that were not read");
        dropped = rows("node.dropped", "messages that the node's agent dropped in that minute");
    }

    private MultiGauge rows(String name, String meaning) {
        return MultiGauge.builder("stream53." + name).description(meaning).register(registry);
    }

    /** A request was answered. */
    void answered(Timer.Sample sample, int status) {
        sample.stop(
                Timer.builder("stream53.http.requests")
                        .description("time to answer requests; of live ones their whole length")
                        .tag("status", Integer.toString(status))
                        .register(registry));
    }

    /** Takes what the figures are now. */
    void refresh() {
        Map<Integer, Long> behind = instance.lag();
        lag.register(
                views.sources().stream()
                        .map(SourceView::partition)
                        .filter(behind::containsKey)
                        .map(
                                partition ->
                                        MultiGauge.Row.of(
                                                Tags.of("partition", partition.toString()),
                                                behind.getOrDefault(partition, 0L)))
                        .collect(Collectors.toList()),
                true);
        List<NodeTime> times = latest(times(), NodeTime::node, later(NodeTime::readMs));
        nodes(watermarks, times, NodeTime::node, time -> time.watermarkMs() / 1000.0);
        nodes(delays, times, NodeTime::node, time -> time.delayMs() / 1000.0);
        List<NodeLedger> ledgers =
                latest(
                        ledgers(),
                        NodeLedger::getNode,
                        later(ledger -> ledger.getTimestamp().toEpochMilli()));
        nodes(captured, ledgers, NodeLedger::getNode, NodeLedger::getCaptured);
        nodes(lost, ledgers, NodeLedger::getNode, NodeLedger::getLost);
        nodes(
                dropped,
                ledgers,
                NodeLedger::getNode,
                ledger -> ledger.getDropped().values().stream().mapToLong(Long::longValue).sum());
    }

    private List<NodeTime> times() {
        return views.sources().stream().flatMap(source -> source.nodes().stream()).toList();
    }

    private List<NodeLedger> ledgers() {
        return views.merges().stream()
                .flatMap(view -> view.ledgers().stream())
                .filter(NodeLedger::getFinal$)
                .toList();
    }

    private static <T> BinaryOperator<T> later(ToDoubleFunction<T> time) {
        return BinaryOperator.maxBy(Comparator.comparingDouble(time));
    }

    private static <T> List<T> latest(
            List<T> all, java.util.function.Function<T, String> node, BinaryOperator<T> later) {
        Map<String, T> byNode = new HashMap<>();
        all.forEach(one -> byNode.merge(node.apply(one), one, later));
        return List.copyOf(byNode.values());
    }

    private static <T> void nodes(
            MultiGauge gauge,
            List<T> latest,
            java.util.function.Function<T, String> node,
            ToDoubleFunction<T> figure) {
        gauge.register(
                latest.stream()
                        .sorted(Comparator.comparing(node))
                        .limit(MAX_NODES)
                        .map(
                                one ->
                                        MultiGauge.Row.of(
                                                Tags.of("node", node.apply(one)),
                                                figure.applyAsDouble(one)))
                        .collect(Collectors.toList()),
                true);
    }
}
