package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @TempDir Path folder;

    @Test
    void theCommandLineOverridesTheEnvironmentOverridesTheFile() throws IOException {
        Path file = file("threads = 2\nmatch.timeout = 3s\nbootstrap = a:1\n");
        Map<Setting, String> options = new EnumMap<>(Setting.class);
        options.put(Setting.BOOTSTRAP, "c:3");
        ProcessorConfig config =
                ProcessorConfig.of(
                        Settings.load(
                                file,
                                Map.of(
                                        "STREAM53_PROCESSOR_BOOTSTRAP", "b:2",
                                        "STREAM53_PROCESSOR_MATCH_TIMEOUT", "4s"),
                                options));
        assertThat(config.bootstrap()).isEqualTo("c:3");
        assertThat(config.match().timeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.threads()).isEqualTo(2);
        assertThat(config.applicationId()).isEqualTo("stream53");
    }

    @Test
    void kafkasOwnKeysArePassedOn() throws IOException {
        ProcessorConfig config =
                config(
                        """
                        kafka.security.protocol=SSL
                        streams.main.consumer.max.poll.records=7
                        streams.producer.linger.ms=3
                        """,
                        Map.of("STREAM53_PROCESSOR_KAFKA_BASIC_AUTH_USER_INFO", "u:p"));
        Properties properties = StreamsProperties.of(config);
        assertThat(properties)
                .containsEntry("security.protocol", "SSL")
                .containsEntry("main.consumer.max.poll.records", "7")
                .containsEntry("producer.linger.ms", "3");
        assertThat(config.serdeConfig())
                .containsEntry("basic.auth.user.info", "u:p")
                .containsEntry("schema.registry.url", "http://localhost:8081");
    }

    @Test
    void anInstanceWithANameKeepsItsPartitionsWhileItStartsAgain() throws IOException {
        assertThat(StreamsProperties.of(config("", Map.of())))
                .containsEntry("main.consumer.session.timeout.ms", 10_000)
                .doesNotContainKey("main.consumer.group.instance.id");
        assertThat(StreamsProperties.of(config("instance-id = east-1", Map.of())))
                .containsEntry("main.consumer.session.timeout.ms", 30_000)
                .containsEntry("main.consumer.group.instance.id", "east-1");
        assertThatThrownBy(() -> config("instance-id = e\ngroup-protocol = streams", Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("group-protocol classic");
    }

    @Test
    void anUnknownKeyIsNamed() throws IOException {
        Path file = file("match.timeuot = 3s\n");
        assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'match.timeuot'");
        assertThatThrownBy(
                        () ->
                                Settings.load(
                                        null, Map.of("STREAM53_PROCESSOR_THRAEDS", "2"), Map.of()))
                .hasMessageContaining("STREAM53_PROCESSOR_THRAEDS");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Settings.load(folder.resolve("none"), Map.of(), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("none cannot be read");
    }

    @ParameterizedTest
    @CsvSource({
        "threads, 0",
        "threads, two",
        "match.timeout, 5",
        "match.timeout, 0s",
        "match.skew, -1s",
        "http, 9153",
        "http, localhost:99999",
        "guarantee, exactly_once",
        "group-protocol, consumer",
        "instance-id, east 1",
        "bootstrap, ''",
    })
    void aValueThatCannotBeUsedIsNamedWithItsKey(String key, String value) {
        assertThatThrownBy(() -> config(key + " = " + value, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("The setting " + key + " is '" + value + "'");
    }

    private ProcessorConfig config(String text, Map<String, String> environment)
            throws IOException {
        return ProcessorConfig.of(Settings.load(file(text), environment, Map.of()));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("processor.properties"), text);
    }
}
