package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.ledger.DropReason;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Templates are strict, so a field that they lack would send every document to the dead letters.
 */
class IndexTemplatesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Types of index fields that hold a value of an Avro type without loss. */
    private static final Map<String, List<String>> FITTING =
            Map.of(
                    "string", List.of("keyword", "ip", "constant_keyword"),
                    "long", List.of("long"),
                    // ECS has a message's id as a keyword.
                    "int", List.of("integer", "short", "keyword"),
                    "double", List.of("double"),
                    "boolean", List.of("boolean"),
                    "map", List.of("object"),
                    "bytes", List.of("binary"),
                    "timestamp", List.of("date"),
                    "io.stream53.schema.Location", List.of("geo_point"),
                    "io.stream53.schema.AlertFigure", List.of("object"));

    static Stream<Arguments> templates() {
        return Stream.of(
                Arguments.of("dns-enriched", DnsTransaction.getClassSchema()),
                Arguments.of("dns-tld-counts", TldCount.getClassSchema()),
                Arguments.of("dns-alerts", DnsAlert.getClassSchema()),
                Arguments.of("dns-ledger", NodeLedger.getClassSchema()));
    }

    @ParameterizedTest
    @MethodSource("templates")
    void hasEachFieldOfTheSchemaWithAFittingType(String name, Schema schema) throws IOException {
        Map<String, String> mapped = typesOf(name);
        avroFields(schema)
                .forEach(
                        (field, type) ->
                                assertThat(List.of(mapped.getOrDefault(field, "nothing")))
                                        .as(field)
                                        .isSubsetOf(Objects.requireNonNull(FITTING.get(type))));
    }

    /** What the mapping has and the record has not: constants, aliases, and these. */
    private static final Map<String, Set<String>> MADE_BY_SINK_OR_ENGINE =
            Map.of(
                    "dns-enriched",
                    Set.of("related.ip", "related.hosts", "index_sampling_rate"),
                    "dns-tld-counts",
                    Set.of("top_keys.names", "top_keys.clients", "top_keys.nxdomain_names"),
                    "dns-alerts",
                    Set.of(),
                    "dns-ledger",
                    Stream.of(DropReason.values())
                            .map(reason -> "dropped." + reason.text())
                            .collect(Collectors.toSet()));

    @ParameterizedTest
    @MethodSource("templates")
    void hasNothingElseButConstantsAndAliases(String name, Schema schema) throws IOException {
        Map<String, String> mapped = typesOf(name);
        mapped.keySet().removeAll(avroFields(schema).keySet());
        Set<String> made = Objects.requireNonNull(MADE_BY_SINK_OR_ENGINE.get(name));
        assertThat(mapped.keySet()).containsAll(made);
        mapped.keySet().removeAll(made);
        assertThat(mapped.values()).isSubsetOf("constant_keyword", "alias");
    }

    @ParameterizedTest
    @MethodSource("templates")
    void isStrictWithOneShardForItsOwnIndices(String name, Schema schema) throws IOException {
        JsonNode template = Composed.template(name);
        assertThat(template.at("/mappings/dynamic").asText()).isEqualTo("strict");
        assertThat(template.at("/settings/index/number_of_shards").asInt()).isEqualTo(1);
        JsonNode file = JSON.readTree(ConnectFiles.indexTemplate(name));
        assertThat(file.at("/index_patterns/0").asText()).isEqualTo(name + "-*");
        assertThat(schema.getField("timestamp")).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void whatUsersAddWinsOverOurs(String name, Schema schema) throws IOException {
        JsonNode parts = JSON.readTree(ConnectFiles.indexTemplate(name)).path("composed_of");
        assertThat(parts.get(parts.size() - 1).asText()).isEqualTo(name + "@custom");
        parts.forEach(p -> assertThat(ConnectFiles.componentTemplates()).contains(p.asText()));
        assertThat(JSON.readTree(ConnectFiles.componentTemplate(name + "@custom")).path("template"))
                .isEmpty();
        assertThat(schema.getType()).isEqualTo(Schema.Type.RECORD);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void aliasesStandForFieldsThatExist(String name, Schema schema) throws IOException {
        Map<String, String> fields = avroFields(schema);
        Map<String, JsonNode> leaves = leaves("", properties(name));
        leaves.forEach(
                (field, leaf) -> {
                    if (leaf.path("type").asText().equals("alias")) {
                        assertThat(fields).containsKey(leaf.path("path").asText());
                    }
                });
        for (String[] pair : new String[][] {{"source", "client"}, {"destination", "server"}}) {
            assertThat(below(leaves, pair[0] + ".")).isEqualTo(below(leaves, pair[1] + "."));
        }
    }

    private static Set<String> below(Map<String, JsonNode> leaves, String prefix) {
        return leaves.keySet().stream()
                .filter(field -> field.startsWith(prefix))
                .map(field -> field.substring(prefix.length()))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("templates")
    void keywordsLeaveOutWhatLuceneWouldRefuse(String name, Schema schema) throws IOException {
        leaves("", properties(name)).values().stream()
                .filter(leaf -> leaf.path("type").asText().equals("keyword"))
                // A term has at most 32,766 bytes, a character of UTF-8 at most four.
                .forEach(leaf -> assertThat(leaf.path("ignore_above").asInt()).isBetween(1, 8191));
        assertThat(schema.getType()).isEqualTo(Schema.Type.RECORD);
    }

    @Test
    void indicesWithADateOrWithoutBelongToOneTemplateOnly() throws IOException {
        for (String name : ConnectFiles.INDEX_TEMPLATES) {
            String pattern =
                    JSON.readTree(ConnectFiles.indexTemplate(name))
                            .at("/index_patterns/0")
                            .asText()
                            .replace("*", ".*");
            assertThat(ConnectFiles.INDEX_TEMPLATES.stream().map(other -> other + "-outside"))
                    .filteredOn(index -> index.matches(pattern))
                    .containsExactly(name + "-outside");
        }
    }

    private static JsonNode properties(String name) throws IOException {
        return Composed.template(name).at("/mappings/properties");
    }

    private static Map<String, String> typesOf(String name) throws IOException {
        Map<String, String> types = new TreeMap<>();
        leaves("", properties(name))
                .forEach((field, leaf) -> types.put(field, leaf.path("type").asText()));
        return types;
    }

    private static Map<String, JsonNode> leaves(String prefix, JsonNode properties) {
        Map<String, JsonNode> leaves = new TreeMap<>();
        properties
                .properties()
                .forEach(
                        entry -> {
                            JsonNode inner = entry.getValue().path("properties");
                            String path = prefix + entry.getKey();
                            if (inner.isMissingNode()) {
                                leaves.put(path, entry.getValue());
                            } else {
                                if (entry.getValue().has("dynamic")) {
                                    leaves.put(path, JSON.createObjectNode().put("type", "object"));
                                }
                                leaves.putAll(leaves(path + ".", inner));
                            }
                        });
        return leaves;
    }

    /** Path in the document to the Avro type of each value. */
    private static Map<String, String> avroFields(Schema schema) {
        Map<String, String> fields = new TreeMap<>();
        for (Schema.Field field : schema.getFields()) {
            collect(field.name(), field.schema(), fields);
        }
        fields.put("@timestamp", Objects.requireNonNull(fields.remove("timestamp")));
        return fields;
    }

    private static void collect(String path, Schema schema, Map<String, String> fields) {
        switch (schema.getType()) {
            case UNION ->
                    schema.getTypes().stream()
                            .filter(member -> member.getType() != Schema.Type.NULL)
                            .forEach(member -> collect(path, member, fields));
            case MAP -> fields.put(path, "map");
            case ARRAY -> collect(path, schema.getElementType(), fields);
            case RECORD -> {
                if (FITTING.containsKey(schema.getFullName())) {
                    fields.put(path, schema.getFullName());
                } else {
                    schema.getFields()
                            .forEach(f -> collect(path + "." + f.name(), f.schema(), fields));
                }
            }
            default ->
                    fields.put(
                            path,
                            schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
                                    ? "timestamp"
                                    : schema.getType().getName());
        }
    }
}
