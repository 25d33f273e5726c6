package io.stream53.processor.serve;

import static io.stream53.processor.serve.RecordJson.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.processor.task.LedgerBoard;
import io.stream53.processor.view.MergeView;
import io.stream53.processor.view.SourceView;
import java.util.Map;
import java.util.TreeMap;

/** Whether the processor works, with its state and what it is behind, as one JSON object. */
final class ReadyJson {
    private ReadyJson() {}

    static ObjectNode of(Instance instance, LedgerBoard board) {
        Map<Integer, Long> lag = new TreeMap<>(instance.lag());
        LedgerBoard.Figures figures = board.sum();
        ObjectNode json = JSON.objectNode();
        json.put("status", instance.health().name());
        json.put("state", instance.state());
        ArrayNode sources = json.putArray("source_partitions");
        board.views().sources().stream().map(SourceView::partition).sorted().forEach(sources::add);
        ArrayNode partitions = json.putArray("partitions");
        board.views().merges().stream().map(MergeView::partition).sorted().forEach(partitions::add);
        if (!lag.isEmpty()) {
            json.put("lag", lag.values().stream().mapToLong(Long::longValue).sum());
        }
        ObjectNode byPartition = json.putObject("lag_by_partition");
        lag.forEach((partition, records) -> byPartition.put(partition.toString(), records));
        return json.put("pending", figures.pending()).put("open_windows", figures.openWindows());
    }
}
