package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.connect.runtime.SinkConnectorConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectorFilesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Map<String, String> config(String name) throws IOException {
        JsonNode file = JSON.readTree(ConnectFiles.connector(name));
        assertThat(file.path("name").asText()).isEqualTo("stream53-" + name);
        Map<String, String> config =
                JSON.convertValue(file.path("config"), new TypeReference<>() {});
        config.put("name", file.path("name").asText());
        config.replaceAll(
                (key, value) ->
                        value.replaceAll(
                                "\\$\\{(ELASTICSEARCH|OPENSEARCH|SCHEMA_REGISTRY)_URL}",
                                "http://127.0.0.1:1"));
        return config;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "elasticsearch-sink",
                "confluent-elasticsearch-sink",
                "aiven-opensearch-sink"
            })
    void losesNothingAndReadsOnlyWhatIsCommitted(String name) throws IOException {
        Map<String, String> config = config(name);
        assertThat(config)
                .containsEntry("consumer.override.isolation.level", "read_committed")
                .containsEntry("key.converter", "org.apache.kafka.connect.storage.StringConverter")
                .containsEntry("errors.tolerance", "all")
                .containsEntry("errors.retry.timeout", "-1")
                .containsEntry("errors.deadletterqueue.topic.name", Topics.DEAD_LETTERS)
                .containsEntry("errors.deadletterqueue.context.headers.enable", "true");
        assertThat(config.get("topics")).contains(Topics.ENRICHED).contains(Topics.TLD_COUNTS);
        assertThat(config.values()).noneMatch(value -> value.contains("${"));
    }

    @Test
    void oursIsAcceptedByTheConnector() throws IOException {
        Map<String, String> config = config("elasticsearch-sink");
        assertThat(new ElasticsearchSinkConnector().validate(config).configValues())
                .allSatisfy(value -> assertThat(value.errorMessages()).isEmpty());
        SinkSettings settings = SinkSettings.of(config);
        assertThat(
                        settings.patterns()
                                .of(Topics.ENRICHED)
                                .name(Topics.ENRICHED, SampleRecords.TIME))
                .isEqualTo("dns-enriched-2026.11.22");
        assertThat(
                        settings.patterns()
                                .of(Topics.TLD_COUNTS)
                                .name(Topics.TLD_COUNTS, SampleRecords.TIME))
                .isEqualTo("dns-tld-counts-2026.11");
    }

    @ParameterizedTest
    @CsvSource({
        "confluent-elasticsearch-sink,confluent-keys.txt",
        "aiven-opensearch-sink,aiven-keys.txt"
    })
    void theirsHaveOnlyKeysThatTheirReferenceHas(String name, String keys) throws IOException {
        Set<String> unknown = new TreeSet<>(config(name).keySet());
        unknown.removeAll(lines(keys));
        unknown.removeAll(SinkConnectorConfig.configDef().names());
        unknown.removeIf(
                key ->
                        key.matches(
                                "(consumer\\.override|value\\.converter|transforms\\.(index|timestamp))\\..+"));
        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"confluent-elasticsearch-sink", "aiven-opensearch-sink"})
    void theirsNameIndicesAsOursDoes(String name) throws IOException {
        Map<String, String> config = config(name);
        assertThat(config.get("transforms.index.type")).isEqualTo(IndexByTime.class.getName());
        assertThat(config.get("transforms.index.index.pattern"))
                .isEqualTo(config("elasticsearch-sink").get("index.pattern"));
        assertThat(config.get("transforms.timestamp.renames")).isEqualTo("timestamp:@timestamp");
        // Connect itself would read the placeholder of a configuration provider.
        assertThat(config.values()).noneMatch(value -> value.matches(".*\\$\\{[^}]*:.*"));
    }

    @Test
    void everySettingThatIsConfluentsToo() throws IOException {
        Set<String> ours =
                SinkConfigDef.DEFINITION.names().stream()
                        .filter(key -> !key.startsWith(SinkConfigDef.TLS_PREFIX))
                        .collect(Collectors.toSet());
        ours.removeAll(lines("confluent-keys.txt"));
        assertThat(ours).containsExactlyInAnyOrder("index.pattern", "index.time.field", "api.key");
    }

    private static List<String> lines(String resource) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        ConnectorFilesTest.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }
}
