package io.stream53.processor.serve;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.task.LedgerBoard;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The processor's part of the ledger as one JSON object: names to numbers, and one boolean. */
final class LedgerJson {
    private LedgerJson() {}

    static String of(LedgerBoard board) {
        // Read first: what is committed after it was read can only be missing from the figures.
        boolean uncommitted = board.uncommitted();
        LedgerBoard.Figures figures = board.sum();
        Map<String, Object> members = new LinkedHashMap<>();
        for (ProcessorCounter counter : ProcessorCounter.values()) {
            members.put(counter.text(), figures.get(counter));
        }
        members.put("pending", figures.pending());
        members.put("unsent", figures.unsent());
        members.put("openWindows", figures.openWindows());
        members.put("finalWindows", figures.finalWindows());
        members.put("uncommitted", uncommitted);
        return members.entrySet().stream()
                .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}\n"));
    }
}
