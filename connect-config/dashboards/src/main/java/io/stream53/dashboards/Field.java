package io.stream53.dashboards;

import java.util.Set;

/** What the tools must know of a field beyond its name, told by its name. */
final class Field {
    /** How figures of a field are written. */
    enum Unit {
        NONE,
        NANOSECONDS,
        BYTES
    }

    private static final Set<String> DATES =
            Set.of(Source.TIME, "event.start", "event.last_seen", "window_end");

    private Field() {}

    /** The type as Kibana names it. */
    static String type(String field) {
        if (DATES.contains(field)) {
            return "date";
        }
        if (field.endsWith(".ip")) {
            return "ip";
        }
        if (Set.of("balanced", "capture_loss").contains(field)) {
            return "boolean";
        }
        return field.equals("client.as.number") ? "number" : "string";
    }

    static Unit unit(String field) {
        if (field.equals("event.duration") || field.startsWith("response_time_")) {
            return Unit.NANOSECONDS;
        }
        return field.endsWith("bytes") || field.startsWith("bytes_") ? Unit.BYTES : Unit.NONE;
    }
}
