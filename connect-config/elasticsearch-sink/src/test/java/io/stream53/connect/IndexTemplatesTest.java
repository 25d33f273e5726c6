package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.TldCount;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
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
                    "string", List.of("keyword", "ip"),
                    "long", List.of("long"),
                    "int", List.of("integer", "short"),
                    "boolean", List.of("boolean"),
                    "bytes", List.of("binary"),
                    "timestamp", List.of("date"),
                    "io.stream53.schema.Location", List.of("geo_point"));

    static Stream<Arguments> templates() {
        return Stream.of(
                Arguments.of("dns-enriched", DnsTransaction.getClassSchema()),
                Arguments.of("dns-tld-counts", TldCount.getClassSchema()));
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

    @ParameterizedTest
    @MethodSource("templates")
    void hasNothingElseButConstantsAndAliases(String name, Schema schema) throws IOException {
        Map<String, String> mapped = typesOf(name);
        mapped.keySet().removeAll(avroFields(schema).keySet());
        assertThat(mapped.values()).containsOnly(kindsOfExtras(name));
    }

    private static String[] kindsOfExtras(String name) {
        return name.equals("dns-enriched")
                ? new String[] {"constant_keyword", "alias"}
                : new String[] {"constant_keyword"};
    }

    @ParameterizedTest
    @MethodSource("templates")
    void isStrictWithOneShardForItsOwnIndices(String name, Schema schema) throws IOException {
        JsonNode template = template(name);
        assertThat(template.at("/template/mappings/dynamic").asText()).isEqualTo("strict");
        assertThat(template.at("/template/settings/index/number_of_shards").asInt()).isEqualTo(1);
        assertThat(template.at("/index_patterns/0").asText()).isEqualTo(name + "-*");
        assertThat(schema.getField("timestamp")).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void aliasesStandForFieldsThatExist(String name, Schema schema) throws IOException {
        Map<String, String> fields = avroFields(schema);
        leaves("", properties(name))
                .forEach(
                        (field, leaf) -> {
                            if (leaf.path("type").asText().equals("alias")) {
                                assertThat(fields).containsKey(leaf.path("path").asText());
                            }
                        });
        long ofClient = fields.keySet().stream().filter(f -> f.startsWith("client.")).count();
        assertThat(
                        leaves("", properties(name)).keySet().stream()
                                .filter(field -> field.startsWith("source."))
                                .count())
                .isEqualTo(ofClient);
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

    private static JsonNode template(String name) throws IOException {
        return JSON.readTree(ConnectFiles.indexTemplate(name));
    }

    private static JsonNode properties(String name) throws IOException {
        return template(name).at("/template/mappings/properties");
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
