package io.stream53.processor.serve;

import static io.stream53.processor.serve.RecordJson.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.processor.view.MergeView;
import io.stream53.processor.view.SourceView;
import io.stream53.processor.view.Views;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests below {@code /api} from the views of this instance and, unless they are about
 * {@code scope=instance}, of the others in the group.
 *
 * <p>What an instance answers says which partitions it has, so that a list knows what it lacks: a
 * list that lacks some says {@code partial}. One that lacks all, and a single count whose partition
 * nobody has, is refused with 503: the partitions are on their way to another instance.
 */
final class Api {
    static final String SCOPE = "scope";
    static final String INSTANCE = "instance";
    static final String ONE_COUNT = "/api/counts/";

    private static final String COUNTS = "/api/counts";
    private static final String TOP = "/api/top";
    private static final List<String> SCOPES = List.of("all", INSTANCE);
    private static final int MAX_PATH = 2_048;

    private final Views views;
    private final Instance instance;
    private final Gatherer gatherer;
    private final InstantSource clock;
    private final Map<String, Listing> listings = new TreeMap<>();

    Api(Views views, Instance instance, Gatherer gatherer, InstantSource clock) {
        this.views = views;
        this.instance = instance;
        this.gatherer = gatherer;
        this.clock = clock;
        listings.put(COUNTS, CountListing.counts(views));
        listings.put(TOP, CountListing.top(views));
        listings.put("/api/latency", CountListing.latency(views));
        listings.put("/api/unanswered", CountListing.unanswered(views));
        listings.put("/api/windows", new WindowListing(views));
        listings.put("/api/alerts", new AlertListing(views));
        listings.put("/api/nodes", new NodeListing(views, instance::isCaughtUp, clock));
    }

    /** Paths of lists, with the names of their parameters. */
    Map<String, List<String>> parameters() {
        Map<String, List<String>> parameters = new TreeMap<>();
        listings.forEach((path, listing) -> parameters.put(path, withScope(listing)));
        return parameters;
    }

    /**
     * Answers a request.
     *
     * @param path as it stands in the URL, encoded
     * @param query as it stands in the URL, or null
     * @throws ApiException when it gets no answer
     */
    ObjectNode answer(String path, @Nullable String query) throws InterruptedException {
        Listing listing = listings.get(path);
        if (listing != null) {
            Query asked = Query.parse(query, withScope(listing));
            return envelope(gather(path, listing, path.equals(TOP) ? atNewest(asked) : asked));
        }
        if (path.equals("/api/instances")) {
            Query.parse(query, List.of());
            return instances();
        }
        if (path.startsWith(ONE_COUNT)) {
            return oneCount(path.substring(ONE_COUNT.length()), query);
        }
        throw ApiException.notFound(
                "There is nothing here; /api/openapi.json describes what there is.");
    }

    private static List<String> withScope(Listing listing) {
        List<String> names = new ArrayList<>(listing.parameters());
        names.add(SCOPE);
        return names;
    }

    /** Of one window the largest can be told; without one, that is the newest up to now. */
    private Query atNewest(Query query) throws InterruptedException {
        if (query.has("at")) {
            return query;
        }
        Query newest = Query.parse(null, List.of()).with("limit", "1");
        for (String name : List.of("window", SCOPE)) {
            newest = query.text(name).isPresent() ? newest.with(name, text(query, name)) : newest;
        }
        String path = "/api/windows";
        Listing windows = listings.getOrDefault(path, new WindowListing(views));
        Query untilNow = newest.with("to", RecordJson.time(clock.millis()));
        List<ObjectNode> found = gather(path, windows, untilNow).items();
        if (found.isEmpty()) {
            found = gather(path, windows, newest).items();
        }
        return query.with(
                "at",
                found.isEmpty()
                        ? RecordJson.time(clock.millis())
                        : found.getFirst().path("timestamp").asText());
    }

    private static String text(Query query, String name) {
        return query.text(name).orElseThrow();
    }

    private ObjectNode oneCount(String rest, @Nullable String rawQuery)
            throws InterruptedException {
        String[] names = rest.split("/", -1);
        if (names.length != 2 || names[1].isEmpty() || rest.length() > MAX_PATH) {
            throw ApiException.notFound("A count is at /api/counts/DIMENSION/KEY.");
        }
        // In a path a plus sign is one.
        String dimension = Query.decode(names[0].replace("+", "%2B"));
        String key = Query.decode(names[1].replace("+", "%2B"));
        Query query =
                Query.parse(rawQuery, List.of("window", "at", SCOPE))
                        .with("dimension", dimension)
                        .with("key", key)
                        .with("limit", "1");
        Gathered found = gather(COUNTS, listing(COUNTS), query);
        if (found.items().isEmpty() && !found.missing().isEmpty()) {
            throw ApiException.unavailable(
                    found.unreachable().isEmpty() ? "rebalancing" : "owner-unreachable",
                    "The instance that has this count does not answer, or its partition is moving.");
        }
        if (found.items().isEmpty()) {
            throw ApiException.notFound(
                    "No count is held for this key and time; dns.tld-counts may have it.");
        }
        return JSON.objectNode()
                .put("partial", !found.missing().isEmpty())
                .set("item", found.items().getFirst());
    }

    private Listing listing(String path) {
        return Optional.ofNullable(listings.get(path)).orElseThrow();
    }

    /**
     * What was found.
     *
     * @param partitions that have answered
     * @param missing partitions that have not, and may have more
     * @param missingSources partitions of dns.raw that have not, where they have a part
     * @param unreachable instances that did not answer
     */
    private record Gathered(
            List<ObjectNode> items,
            boolean truncated,
            Set<Integer> partitions,
            Set<Integer> sources,
            Set<Integer> missing,
            Set<Integer> missingSources,
            List<String> unreachable) {}

    private Gathered gather(String path, Listing listing, Query query) throws InterruptedException {
        int of = instance.partitions();
        if (of == 0) {
            throw ApiException.unavailable("starting", "The processor is starting.");
        }
        boolean hereOnly = query.oneOf(SCOPE, SCOPES, "all").equals(INSTANCE);
        Set<Integer> needed = listing.partitions(query, of);
        Set<Integer> here = ids(views.merges().stream().map(MergeView::partition).toList());
        Set<Integer> sources = ids(views.sources().stream().map(SourceView::partition).toList());
        List<ObjectNode> all = new ArrayList<>(listing.items(query));
        int limit = listing.limit(query);
        boolean truncated = all.size() > limit;
        List<String> unreachable = new ArrayList<>();
        if (!hereOnly && (listing.asksSources() || !here.containsAll(needed))) {
            for (var answer : gatherer.ask(others(listing, needed), path, query).entrySet()) {
                if (answer.getValue().isEmpty()) {
                    unreachable.add(answer.getKey().authority());
                    continue;
                }
                JsonNode part = answer.getValue().get();
                part.path("items").forEach(item -> add(item, all));
                part.path("partitions").forEach(id -> here.add(id.asInt()));
                part.path("source_partitions").forEach(id -> sources.add(id.asInt()));
                truncated |= part.path("truncated").asBoolean();
            }
            if (here.isEmpty()) {
                throw ApiException.unavailable(
                        "rebalancing", "The partitions are on their way to an instance.");
            }
        }
        List<ObjectNode> items = merged(all, listing, query);
        truncated |= items.size() > limit;
        Set<Integer> missing = new TreeSet<>(hereOnly ? Set.of() : needed);
        missing.removeAll(here);
        Set<Integer> missingSources =
                hereOnly || !listing.asksSources() ? new TreeSet<>() : Partitions.all(of);
        missingSources.removeAll(sources);
        return new Gathered(
                items.subList(0, Math.min(limit, items.size())),
                truncated,
                here,
                sources,
                missing,
                missingSources,
                unreachable);
    }

    private static Set<Integer> ids(Collection<Integer> partitions) {
        return new TreeSet<>(partitions);
    }

    private static void add(JsonNode item, List<ObjectNode> items) {
        if (item instanceof ObjectNode object) {
            items.add(object);
        }
    }

    private List<Instance.Member> others(Listing listing, Set<Integer> needed) {
        return instance.members().stream()
                .filter(member -> !member.self())
                .filter(
                        member ->
                                listing.asksSources()
                                        || !Collections.disjoint(member.partitions(), needed))
                .toList();
    }

    private static List<ObjectNode> merged(List<ObjectNode> all, Listing listing, Query query) {
        Map<String, ObjectNode> byId = new LinkedHashMap<>();
        all.forEach(item -> byId.merge(listing.id(item), item, listing::merge));
        return byId.values().stream().sorted(listing.order(query)).toList();
    }

    private ObjectNode envelope(Gathered found) {
        ObjectNode answer = JSON.objectNode();
        answer.put("as_of", RecordJson.time(clock.millis()));
        answer.put("truncated", found.truncated());
        answer.put("partial", !(found.missing().isEmpty() && found.missingSources().isEmpty()));
        answer.set("partitions", numbers(found.partitions()));
        answer.set("source_partitions", numbers(found.sources()));
        answer.set("missing_partitions", numbers(found.missing()));
        answer.set("missing_source_partitions", numbers(found.missingSources()));
        ArrayNode unreachable = JSON.arrayNode();
        found.unreachable().forEach(unreachable::add);
        answer.set("unreachable", unreachable);
        ArrayNode items = JSON.arrayNode();
        items.addAll(found.items());
        return answer.set("items", items);
    }

    private static ArrayNode numbers(Set<Integer> numbers) {
        ArrayNode array = JSON.arrayNode();
        numbers.forEach(array::add);
        return array;
    }

    private ObjectNode instances() {
        ArrayNode items = JSON.arrayNode();
        for (Instance.Member member : instance.members()) {
            ObjectNode item =
                    JSON.objectNode()
                            .put("instance", member.authority())
                            .put("self", member.self());
            item.set("partitions", numbers(new TreeSet<>(member.partitions())));
            item.set("source_partitions", numbers(new TreeSet<>(member.sources())));
            items.add(item);
        }
        return JSON.objectNode().set("items", items);
    }
}
