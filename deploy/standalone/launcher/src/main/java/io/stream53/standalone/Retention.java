package io.stream53.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Deletes old indices of the demo, whose engine has no policies. An index is as old as its creation
 * says: one that was made today for a capture of last year is new.
 */
final class Retention {
    private static final Duration EVERY = Duration.ofMinutes(1);

    /** Ours end with a date, or are for events outside of all dates. */
    private static final Pattern OURS =
            Pattern.compile("dns-(enriched|tld-counts|alerts|ledger)-(\\d{4}[\\d.-]*|outside)");

    private final Http http;
    private final String search;
    private final Duration limit;
    private final InstantSource clock;
    private Instant next = Instant.MIN;

    /**
     * @param search the engine's address
     * @param limit age at which an index goes
     */
    Retention(Http http, String search, Duration limit, InstantSource clock) {
        this.http = http;
        this.search = search;
        this.limit = limit;
        this.clock = clock;
    }

    /** Looks once a minute; says what it deletes. To be called often, by one thread. */
    void run() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(EVERY);
        for (String index : expired(created(), now, limit)) {
            http.call("DELETE", search + "/" + index, "");
            DemoRun.say(
                    "deleted %s, which is older than %s"
                            .formatted(
                                    index,
                                    limit.toString().replace("PT", "").toLowerCase(Locale.ROOT)));
        }
    }

    /** Those of our indices that were created longer ago than the limit. */
    static List<String> expired(Map<String, Instant> created, Instant now, Duration limit) {
        return created.entrySet().stream()
                .filter(index -> OURS.matcher(index.getKey()).matches())
                .filter(index -> index.getValue().isBefore(now.minus(limit)))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Map<String, Instant> created() {
        Map<String, Instant> created = new TreeMap<>();
        JsonNode indices =
                http.get(search + "/dns-*/_settings/index.creation_date?expand_wildcards=all");
        indices.properties()
                .forEach(
                        index ->
                                created.put(
                                        index.getKey(),
                                        Instant.ofEpochMilli(
                                                index.getValue()
                                                        .at("/settings/index/creation_date")
                                                        .asLong(Long.MAX_VALUE))));
        return created;
    }
}
