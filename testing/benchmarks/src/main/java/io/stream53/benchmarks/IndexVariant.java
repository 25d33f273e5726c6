package io.stream53.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The index of transactions as the templates make it, but for one thing.
 *
 * @param name in the results
 * @param index changes settings and mappings
 * @param document changes each document
 */
record IndexVariant(String name, Consumer<ObjectNode> index, Consumer<ObjectNode> document) {

    /** What is compared; the first is the templates as they are. */
    static List<IndexVariant> all() {
        return List.of(
                new IndexVariant("templates", index -> {}, document -> {}),
                codec("default"),
                codec("zstd"),
                codec("zstd_no_dict"),
                setting("sortedByTime", "sort.field", "@timestamp"),
                setting("sortedByDomain", "sort.field", "dns.question.registered_domain"),
                mapping("sourceSynthetic", m -> m.putObject("_source").put("mode", "synthetic")),
                setting("sourceDerived", "derived_source.enabled", "true"),
                leaves("allWithoutDocValues", "doc_values", false, type -> true),
                leaves("allNumbersIndexed", "index", true, IndexVariant::isNumber),
                leaves("noNumberIndexed", "index", false, IndexVariant::isNumber),
                field("idWithDocValues", "id", "{\"type\":\"keyword\"}"),
                field(
                        "idNotIndexed",
                        "id",
                        "{\"type\":\"keyword\",\"index\":false,\"doc_values\":false}"),
                without("withoutRelated", "related"),
                without("withoutId", "id"),
                withoutBelowDns("withoutAnswers", "answers"),
                withoutBelowDns("withoutAuthorities", "authorities"),
                withoutBelowDns("withoutEdns", "edns"));
    }

    private static IndexVariant codec(String codec) {
        return setting("codec:" + codec, "codec", codec);
    }

    private static IndexVariant setting(String name, String key, String value) {
        return new IndexVariant(
                name,
                index -> ((ObjectNode) index.at("/settings/index")).put(key, value),
                document -> {});
    }

    private static IndexVariant mapping(String name, Consumer<ObjectNode> change) {
        return new IndexVariant(
                name, index -> change.accept((ObjectNode) index.path("mappings")), document -> {});
    }

    private static IndexVariant without(String name, String field) {
        return new IndexVariant(name, index -> {}, document -> document.remove(field));
    }

    private static IndexVariant withoutBelowDns(String name, String field) {
        return new IndexVariant(
                name,
                index -> {},
                document -> {
                    if (document.path("dns") instanceof ObjectNode dns) {
                        dns.remove(field);
                    }
                });
    }

    private static IndexVariant field(String name, String field, String type) {
        return mapping(
                name,
                mappings ->
                        ((ObjectNode) mappings.path("properties"))
                                .set(field, DocumentsBench.parse(type)));
    }

    /** Switches something on or off in each field of some types. */
    private static IndexVariant leaves(
            String name, String parameter, boolean value, Predicate<String> types) {
        return mapping(name, mappings -> put(mappings, parameter, value, types));
    }

    private static void put(
            JsonNode fields, String parameter, boolean value, Predicate<String> types) {
        for (JsonNode field : fields.path("properties")) {
            String type = field.path("type").asText();
            if (field.has("properties")) {
                put(field, parameter, value, types);
            } else if (!type.equals("alias")
                    && !type.equals("constant_keyword")
                    && types.test(type)) {
                ((ObjectNode) field).put(parameter, value);
            }
        }
    }

    private static boolean isNumber(String type) {
        return List.of("long", "integer", "short").contains(type);
    }
}
