package io.stream53.apply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Changes as lines: for people, or as JSON. */
final class Report {
    private Report() {}

    /** One line, or one for each value that differs. */
    static List<String> text(Change change, boolean dryRun) {
        String what = change.kind() + " " + change.name() + ": ";
        return switch (change.result()) {
            case Change.Changed changed ->
                    changed.differences().stream()
                            .map(difference -> what + verb(change, dryRun) + ": " + difference)
                            .toList();
            case Change.Skipped skipped -> List.of(what + "skipped: " + skipped.why());
            default -> List.of(what + verb(change, dryRun));
        };
    }

    /** {@code {"kind", "name", "result", "changes": [{"path", "before", "after"}], "why"}}. */
    static String json(Change change, boolean dryRun) {
        ObjectNode json = Server.JSON.createObjectNode();
        json.put("kind", change.kind());
        json.put("name", change.name());
        json.put("result", verb(change, dryRun));
        if (change.result() instanceof Change.Changed changed) {
            ArrayNode changes = json.putArray("changes");
            changed.differences()
                    .forEach(
                            difference ->
                                    changes.addObject()
                                            .put("path", difference.path())
                                            .put("before", difference.before())
                                            .put("after", difference.after()));
        }
        if (change.result() instanceof Change.Skipped skipped) {
            json.put("why", skipped.why());
        }
        return json.toString();
    }

    private static String verb(Change change, boolean dryRun) {
        return switch (change.result()) {
            case Change.Created _ -> dryRun ? "would create" : "created";
            case Change.Changed _ -> dryRun ? "would change" : "changed";
            case Change.Restarted _ -> dryRun ? "would restart" : "restarted";
            case Change.Unchanged _ -> "unchanged";
            case Change.Skipped _ -> "skipped";
        };
    }
}
