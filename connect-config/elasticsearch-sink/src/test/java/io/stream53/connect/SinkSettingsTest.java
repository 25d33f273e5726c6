package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.runtime.SinkConnectorConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinkSettingsTest {
    private static final String URL = "https://search.example:9200/prefix/";

    @Test
    void refusesKeysItDoesNotKnow() {
        assertThatThrownBy(
                        () ->
                                SinkSettings.of(
                                        SinkHarness.settings(URL, "data.stream.type", "logs")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("data.stream.type")
                .hasMessageContaining("remove it");
    }

    private static List<String> problems(String url) {
        return new ElasticsearchSinkConnector()
                .validate(SinkHarness.settings(url)).configValues().stream()
                        .flatMap(value -> value.errorMessages().stream())
                        .toList();
    }

    @Test
    void asksTheEngineWhetherItTakesTheCredentials() throws IOException {
        String url;
        try (FakeEngine engine = new FakeEngine()) {
            url = engine.url();
            engine.then(FakeEngine.status(401, "no"));
            assertThat(problems(url))
                    .singleElement()
                    .asString()
                    .contains("refuses the credentials")
                    .contains("connection.password");
            engine.then(FakeEngine.status(403, "not for you"));
            assertThat(problems(url)).as("may index all the same").isEmpty();
            engine.then(FakeEngine.status(503, "later"));
            assertThat(problems(url)).as("will pass").isEmpty();
        }
        assertThat(problems(url)).as("may come back").isEmpty();
    }

    @Test
    void refusesTransformsOfWhatTheyCannotRead() {
        String[] both = {"transforms", "index", "value.converter.avro.records", "true"};
        assertThatThrownBy(() -> SinkSettings.of(SinkHarness.settings(URL, both)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("transforms")
                .hasMessageContaining("value.converter.avro.records");
        both[3] = "false";
        assertThat(SinkSettings.of(SinkHarness.settings(URL, both))).isNotNull();
    }

    @Test
    void takesEveryKeyOfConnects() {
        Set<String> unknown = SinkConfigDef.unknown(SinkConnectorConfig.configDef().names());
        assertThat(unknown).isEmpty();
        assertThat(
                        SinkConfigDef.unknown(
                                List.of(
                                        "transforms.index.type",
                                        "value.converter.schema.registry.url",
                                        "consumer.override.isolation.level",
                                        "errors.deadletterqueue.topic.name")))
                .isEmpty();
    }

    @Test
    void showsUnknownKeysWhereConnectReportsErrors() {
        List<ConfigValue> values =
                new ElasticsearchSinkConnector()
                        .validate(SinkHarness.settings(URL, "proxy.host", "x"))
                        .configValues();
        assertThat(values)
                .filteredOn(value -> !value.errorMessages().isEmpty())
                .extracting(ConfigValue::name)
                .containsExactly("proxy.host");
    }

    @ParameterizedTest
    @CsvSource({
        "key.ignore,true",
        "schema.ignore,false",
        "write.method,UPSERT",
        "behavior.on.null.values,delete",
        "connection.url,ftp://search",
        "connection.url,http://user:secret@search",
        "elastic.security.protocol,TLS",
        "connection.username,onlyuser",
        "index.pattern,dns-{nonsense}",
        "index.pattern,DNS",
        "index.pattern,dns-*",
        "index.pattern,other.topic:dns",
        "index.window.past,1",
        "index.window.future,yes",
        "index.select,nonsense",
        "index.select,sampled:0",
        "batch.size,0"
    })
    void refusesWhatItCannotDo(String key, String value) {
        Map<String, String> settings = SinkHarness.settings(URL, key, value);
        assertThatThrownBy(() -> SinkSettings.of(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageNotContaining("secret");
        assertThat(errors(settings)).isNotEmpty();
    }

    private static Set<String> errors(Map<String, String> settings) {
        return new ElasticsearchSinkConnector()
                .validate(settings).configValues().stream()
                        .flatMap(value -> value.errorMessages().stream())
                        .collect(Collectors.toSet());
    }

    @Test
    void acceptsTheSettingsOfTheTests() {
        SinkSettings settings = SinkSettings.of(SinkHarness.settings(URL));
        assertThat(errors(SinkHarness.settings(URL))).isEmpty();
        assertThat(settings.pathPrefix()).isEqualTo("/prefix");
        assertThat(settings.hosts().getFirst().toURI()).isEqualTo("https://search.example:9200");
    }

    @Test
    void givesEachTaskTheConfigurationAndItsNumber() {
        ElasticsearchSinkConnector connector = new ElasticsearchSinkConnector();
        connector.start(SinkHarness.settings(URL));
        assertThat(connector.taskConfigs(2))
                .extracting(task -> SinkSettings.ofTask(task).task())
                .containsExactly(0, 1);
    }

    @Test
    void neverPrintsCredentials() {
        SinkSettings settings =
                SinkSettings.of(
                        SinkHarness.settings(
                                URL, "connection.username", "u", "connection.password", "secret"));
        assertThat(settings.toString()).doesNotContain("secret").doesNotContain("Basic");
    }
}
