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
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.connect.runtime.SinkConnectorConfig;
import org.apache.kafka.connect.transforms.ReplaceField;
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
        assertThat(config)
                .containsEntry(
                        "topics",
                        String.join(
                                ",",
                                Topics.ENRICHED,
                                Topics.TLD_COUNTS,
                                Topics.ALERTS,
                                Topics.LEDGER));
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
        assertThat(settings.patterns().of(Topics.ALERTS).name(Topics.ALERTS, SampleRecords.TIME))
                .isEqualTo("dns-alerts-2026.11");
        assertThat(settings.patterns().of(Topics.LEDGER).name(Topics.LEDGER, SampleRecords.TIME))
                .isEqualTo("dns-ledger-2026.11");
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
        unknown.removeIf(ConnectorFilesTest::isOfConsumerConverterOrTransform);
        assertThat(unknown).isEmpty();
    }

    /** Connect checks none of these: a key that is misspelt is ignored. */
    private static boolean isOfConsumerConverterOrTransform(String key) {
        int dot = key.indexOf('.', key.indexOf('.') + 1);
        String name = key.substring(dot + 1);
        return switch (key.substring(0, dot)) {
            case "consumer.override" -> ConsumerConfig.configNames().contains(name);
            case "value.converter" -> name.equals("schema.registry.url");
            case "transforms.index" ->
                    name.equals("type") || new IndexByTime<>().config().names().contains(name);
            case "transforms.timestamp" ->
                    name.equals("type") || ReplaceField.CONFIG_DEF.names().contains(name);
            default -> false;
        };
    }

    /** Longer than the engine may take, and shorter than the group waits for a poll. */
    @ParameterizedTest
    @CsvSource({"confluent-elasticsearch-sink", "aiven-opensearch-sink"})
    void theirsWaitLongEnoughAndNotTooLong(String name) throws IOException {
        Map<String, String> config = config(name);
        assertThat(Integer.parseInt(config.get("read.timeout.ms"))).isGreaterThanOrEqualTo(30_000);
        assertThat(Integer.parseInt(config.get("flush.timeout.ms"))).isLessThan(300_000);
        assertThat(config)
                .containsEntry("key.ignore", "false")
                .containsEntry("schema.ignore", "true");
        assertThat(config.get("behavior.on.malformed.documents")).isNotEqualTo("fail");
    }

    @Test
    void everyFileOfAConnectorIsLookedAt() {
        assertThat(ConnectFiles.connectors())
                .containsExactlyInAnyOrder(
                        "elasticsearch-sink",
                        "confluent-elasticsearch-sink",
                        "aiven-opensearch-sink");
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
        assertThat(ours)
                .containsExactlyInAnyOrder(
                        "index.pattern",
                        "index.time.field",
                        "index.window.past",
                        "index.window.future",
                        "index.select",
                        "index.select.alerts",
                        "api.key");
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
