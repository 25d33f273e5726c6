package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.agent.source.LiveSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigTest {
    @TempDir Path folder;

    private static AgentConfig parse(Map<String, String> environment, String... args) {
        CommandLineSettings.Request request =
                new CommandLineSettings().parse(args, environment, System.out);
        return AgentConfigReader.read(Objects.requireNonNull(request).values());
    }

    @Test
    void hasDefaultsForEverything() {
        AgentConfig config = AgentConfig.of(Map.of());
        assertThat(config.decoder().ports()).containsExactly(53);
        assertThat(config.input().source()).isEqualTo(LiveSource.LIBPCAP);
        assertThat(config.carry()).isEqualTo(MessageCarry.ALL);
        assertThat(config.watermarks()).isEqualTo(WatermarkSettings.DEFAULT);
        assertThat(config.node()).isNotEmpty();
        assertThat(config.kafka().topic()).isEqualTo("dns.raw");
        assertThat(config.input().live()).isNull();
        assertThat(config.input().pcap()).isEmpty();
    }

    @Test
    void takesEveryOptionOfTheCommandLine() {
        AgentConfig config =
                parse(
                        Map.of(),
                        "--interface=eth0 --source=pcap4j --port=53 --port=5353 --node=ns1"
                                .concat(" --site=ams --address=192.0.2.1 --address=2001:db8::1")
                                .concat(" --message=responses --duration=30s --schema-id=7")
                                .concat(" --schema-cache=cache --ledger=l.json --topic=t")
                                .concat(" --bootstrap=b:1 --registry=http://r:2")
                                .concat(" --match-timeout=2s --match-skew=50ms")
                                .concat(" --capture-promiscuous=false --capture-buffer-mib=4")
                                .split(" "));
        assertThat(config.input().live())
                .isEqualTo(new LiveSettings("eth0", Set.of(53, 5353), false, 4 << 20, false));
        assertThat(config.input().source()).isEqualTo(LiveSource.PCAP4J);
        assertThat(config.node()).isEqualTo("ns1");
        assertThat(config.site()).isEqualTo("ams");
        assertThat(config.addresses())
                .containsExactlyInAnyOrder(
                        InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1"));
        assertThat(config.carry()).isEqualTo(MessageCarry.RESPONSES);
        assertThat(config.input().duration()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.watermarks()).isEqualTo(new WatermarkSettings(2_000_000, 50_000));
        assertThat(config.ledger()).isEqualTo(Path.of("l.json"));
        assertThat(config.kafka().schemaId()).hasValue(7);
        assertThat(config.kafka().schemaCache()).isEqualTo(Path.of("cache"));
        assertThat(config.kafka().topic()).isEqualTo("t");
        assertThat(config.kafka().bootstrap()).isEqualTo("b:1");
        assertThat(config.kafka().registry()).isEqualTo("http://r:2");
    }

    @Test
    void keepsCommasInFileNamesOfTheCommandLine() {
        AgentConfig config =
                parse(Map.of(), "--pcap", "a,b.pcap", "--pcap", "-", "--port", "53,54");
        assertThat(config.input().pcap()).containsExactly("a,b.pcap", "-");
        assertThat(config.decoder().ports()).containsExactlyInAnyOrder(53, 54);
    }

    @Test
    void commandLineWinsOverEnvironmentWinsOverFile() throws IOException {
        Path file = folder.resolve("agent.properties");
        Files.writeString(
                file,
                """
                node = of-file
                site = of-file
                topic = of-file
                port = 53, 5353
                kafka.linger.ms = 5
                schema.registry.ssl.truststore.type = PEM
                """);
        AgentConfig config =
                parse(
                        Map.of(
                                "STREAM53_AGENT_NODE", "of-env",
                                "STREAM53_AGENT_SITE", "of-env",
                                "STREAM53_AGENT_KAFKA_BATCH_SIZE", "100",
                                "PATH", "/bin"),
                        "--config",
                        file.toString(),
                        "--node",
                        "of-line");
        assertThat(config.node()).isEqualTo("of-line");
        assertThat(config.site()).isEqualTo("of-env");
        assertThat(config.kafka().topic()).isEqualTo("of-file");
        assertThat(config.decoder().ports()).containsExactlyInAnyOrder(53, 5353);
        assertThat(config.kafka().overrides())
                .containsEntry("linger.ms", "5")
                .containsEntry("batch.size", "100")
                .containsEntry("schema.registry.ssl.truststore.type", "PEM");
    }

    @Test
    void namesAnUnknownKeyAndTheNearestKnown() {
        assertThatThrownBy(() -> AgentConfig.of(Map.of("match.timout", "5s")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "unknown setting match.timout in properties; did you mean match.timeout?");
        assertThatThrownBy(() -> parse(Map.of("STREAM53_AGENT_PORTS", "53")))
                .hasMessageContaining("unknown setting ports in STREAM53_AGENT_PORTS")
                .hasMessageContaining("did you mean port?");
        assertThatThrownBy(() -> parse(Map.of(), "--nod", "x"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--nod")
                .hasMessageContaining("--help");
    }

    @ParameterizedTest
    @CsvSource({
        "port, 0, a number from 1 to 65535",
        "port, dns, a number from 1 to 65535",
        "schema.id, -1, a number from 0",
        "source, dnstap, libpcap or pcap4j",
        "message, some, none or responses or all",
        "duration, 5 apples, a time such as",
        "match.skew, 0s, a time such as",
        "match.timeout, PT99999999999999999S, a time such as",
        "address, ns1.example, IPv4 or IPv6 addresses",
    })
    void refusesAWrongValueWithItsKey(String key, String value, String wanted) {
        assertThatThrownBy(() -> AgentConfig.of(Map.of(key, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(key + " must be " + wanted)
                .hasMessageEndingWith("not \"" + value + "\"");
    }

    @Test
    void anEmptyTextIsAsNone() {
        assertThat(AgentConfig.of(Map.of("topic", " ", "port", "", "schema.id", "")))
                .isEqualTo(AgentConfig.of(Map.of()));
    }

    @Test
    void limitsTheNodesNameAsKeysDo() {
        assertThatThrownBy(() -> AgentConfig.of(Map.of("node", "x".repeat(256))))
                .hasMessageStartingWith("node must be a name of 1 to 255 bytes");
    }

    @Test
    void helpNamesEverySetting() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CommandLineSettings.Request request =
                new CommandLineSettings()
                        .parse(
                                new String[] {"--help"},
                                Map.of(),
                                new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(request).isNull();
        for (AgentSetting setting : AgentSetting.values()) {
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("--" + setting.key().replace('.', '-') + "=");
        }
    }
}
