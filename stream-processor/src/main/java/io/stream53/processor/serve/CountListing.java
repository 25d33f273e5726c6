package io.stream53.processor.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.view.CountWindow;
import io.stream53.processor.view.MergeView;
import io.stream53.processor.view.Views;
import io.stream53.processor.view.WindowName;
import io.stream53.schema.TldCount;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * Counts by dimension, key and time, each as the record of dns.tld-counts has it, or a part of its
 * fields.
 */
final class CountListing implements Listing {
    static final List<String> DIMENSIONS =
            List.of(
                    "all",
                    "tld",
                    "node",
                    "qtype",
                    "rcode",
                    "transport",
                    "country",
                    "asn",
                    "registered_domain");
    static final Map<String, Long> LENGTHS =
            Map.of("PT1M", WindowName.MINUTE_MS, "PT1H", WindowName.HOUR_MS);
    static final int MAX_ITEMS = 1_000;

    private static final String TIME = "timestamp";
    private static final int DEFAULT_ITEMS = 100;

    private final Views views;
    private final String limitName;
    private final String sortName;
    private final String defaultSort;
    private final Predicate<TldCount> filter;
    private final Function<TldCount, ObjectNode> json;

    private CountListing(
            Views views,
            String limitName,
            String sortName,
            String defaultSort,
            Predicate<TldCount> filter,
            Function<TldCount, ObjectNode> json) {
        this.views = views;
        this.limitName = limitName;
        this.sortName = sortName;
        this.defaultSort = defaultSort;
        this.filter = filter;
        this.json = json;
    }

    /** Whole counts, the newest first. */
    static CountListing counts(Views views) {
        return new CountListing(views, "limit", "sort", "-" + TIME, count -> true, RecordJson::of);
    }

    /** Whole counts of one window, the largest first. */
    static CountListing top(Views views) {
        return new CountListing(views, "n", "by", "-queries", count -> true, RecordJson::of);
    }

    /** Quantiles of what was answered, the newest first. */
    static CountListing latency(Views views) {
        return new CountListing(
                views,
                "limit",
                "sort",
                "-" + TIME,
                count -> count.getResponseTimeP50() != null,
                count -> CountFields.some(count, CountListing::isOfLatency));
    }

    static boolean isOfLatency(String figure) {
        return figure.equals("responses") || figure.startsWith("response_time_");
    }

    /** What got no response, the most first. */
    static CountListing unanswered(Views views) {
        return new CountListing(
                views,
                "limit",
                "sort",
                "-unanswered",
                count -> count.getUnanswered() > 0,
                count -> {
                    ObjectNode item =
                            CountFields.some(
                                    count,
                                    Set.of("queries", "unanswered", "retransmissions")::contains);
                    long queries = Math.max(1, count.getQueries());
                    return item.put("unanswered_share", (double) count.getUnanswered() / queries);
                });
    }

    @Override
    public List<String> parameters() {
        return sortName.equals("by")
                ? List.of("dimension", "window", "at", sortName, limitName)
                : List.of(
                        "dimension",
                        "key",
                        "window",
                        "at",
                        "from",
                        "to",
                        "final",
                        sortName,
                        limitName);
    }

    @Override
    public List<ObjectNode> items(Query query) {
        String dimension = dimension(query);
        Comparator<TldCount> order = CountFields.recordOrder(sort(query));
        int limit = limit(query);
        Predicate<WindowName> wanted = window(query);
        return views.merges().stream()
                .map(MergeView::windows)
                .flatMap(Collection::stream)
                .filter(window -> wanted.test(window.name()))
                .flatMap(window -> ofKey(window, dimension, query))
                .filter(filter)
                .filter(isFinal(query))
                .sorted(order)
                .limit(limit + 1L)
                .map(json)
                .toList();
    }

    private static Stream<TldCount> ofKey(CountWindow window, String dimension, Query query) {
        return query.text("key")
                .map(key -> Stream.ofNullable(window.find(dimension, key)))
                .orElseGet(() -> window.of(dimension).stream());
    }

    private static Predicate<TldCount> isFinal(Query query) {
        return query.flag("final")
                .<Predicate<TldCount>>map(last -> count -> count.getFinal$() == last)
                .orElse(count -> true);
    }

    /**
     * The windows that a query is about: of a length, and either the one that holds a time, or
     * those that start in a range, its end excluded.
     */
    static Predicate<WindowName> window(Query query) {
        long length = length(query);
        if (query.has("at")) {
            WindowName at = at(query);
            if (query.has("from") || query.has("to")) {
                throw ApiException.badRequest("Give either at, or from and to.");
            }
            return at::equals;
        }
        long from = query.time("from", Long.MIN_VALUE);
        long to = query.time("to", Long.MAX_VALUE);
        if (from > to) {
            throw ApiException.badRequest("The parameter from is after to.");
        }
        return name -> name.lengthMs() == length && name.startMs() >= from && name.startMs() < to;
    }

    static WindowName at(Query query) {
        long length = length(query);
        return new WindowName(Math.floorDiv(query.time("at", 0), length) * length, length);
    }

    static long length(Query query) {
        return LENGTHS.getOrDefault(
                query.oneOf("window", LENGTHS.keySet(), "PT1M"), WindowName.MINUTE_MS);
    }

    static String dimension(Query query) {
        return query.oneOf("dimension", DIMENSIONS, "tld");
    }

    /** A figure's name, behind a minus sign for the largest first. */
    private String sort(Query query) {
        String sort = query.text(sortName).orElse(defaultSort);
        boolean byFigure = sortName.equals("by");
        String field = sort.startsWith("-") ? sort.substring(1) : sort;
        Schema.Field known = TldCount.SCHEMA$.getField(field);
        if (known == null || !CountFields.isNumber(known) || byFigure && field.equals(TIME)) {
            throw ApiException.badRequest(
                    "The parameter %s must be one of %s."
                            .formatted(sortName, String.join(", ", CountFields.numbers())));
        }
        return byFigure ? "-" + field : sort;
    }

    @Override
    public Comparator<ObjectNode> order(Query query) {
        return CountFields.jsonOrder(sort(query));
    }

    @Override
    public int limit(Query query) {
        return query.number(limitName, limitName.equals("n") ? 20 : DEFAULT_ITEMS, 1, MAX_ITEMS);
    }

    @Override
    public String id(ObjectNode item) {
        return item.path("dimension").asText()
                + '|'
                + item.path("key").asText()
                + '|'
                + item.path(TIME).asText()
                + '|'
                + item.path("window_end").asText();
    }

    /** Of a task that moves, the one that came further. */
    @Override
    public ObjectNode merge(ObjectNode one, ObjectNode other) {
        return other.path("final").asBoolean()
                        || other.path("queries").asLong() >= one.path("queries").asLong()
                ? other
                : one;
    }

    /** A key's windows are all over the partitions, one of them is in one. */
    @Override
    public Set<Integer> partitions(Query query, int of) {
        if (!query.has("key") || !query.has("at")) {
            return Partitions.all(of);
        }
        String key = query.text("key").orElseThrow();
        String mergeKey = CountMessage.mergeKey(dimension(query), key, at(query).startMs());
        return new TreeSet<>(Set.of(Partitions.of(mergeKey, of)));
    }
}
