package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.PcapngWriter;
import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectTest {
    private static final InetSocketAddress CLIENT = Frames.socket("192.0.2.1", 40000);
    private static final InetSocketAddress SERVER = Frames.socket("192.0.2.53", 53);
    private static final long START_US = 1_700_000_000_000_000L;

    @TempDir private Path folder;

    private record Outcome(int status, List<String> out, List<String> err) {
        JsonNode ledger() throws IOException {
            String line = err.stream().filter(text -> text.startsWith("{")).findFirst().orElse("");
            return Http.JSON.readTree(line);
        }
    }

    /** In a process of its own, as its output is the process's. */
    private Outcome inspect(String... arguments) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> words =
                new java.util.ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dlogback.configurationFile=stream53-launcher-logback.xml",
                                Main.class.getName(),
                                "inspect",
                                "--node",
                                "ns1"));
        words.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Outcome(process.exitValue(), lines(out), lines(err));
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.UTF_8);
    }

    /** One answered query, and one without a response. */
    private static PcapWriter capture() {
        byte[] query = DnsMessageBuilder.query(1, "www.example.com", DnsMessageBuilder.A).bytes();
        byte[] response =
                DnsMessageBuilder.response(1, "www.example.com", DnsMessageBuilder.A, 0)
                        .answer(
                                "www.example.com",
                                DnsMessageBuilder.A,
                                60,
                                DnsMessageBuilder.address("198.51.100.7"))
                        .bytes();
        byte[] alone = DnsMessageBuilder.query(2, "example.org", DnsMessageBuilder.TXT).bytes();
        return new PcapWriter(PcapWriter.RAW)
                .frame(START_US, Frames.udp(CLIENT, SERVER, query))
                .frame(START_US + 1500, Frames.udp(SERVER, CLIENT, response))
                .frame(START_US + 2000, Frames.udp(CLIENT, SERVER, alone));
    }

    @Test
    void printsOneDocumentForEachTransactionAndABalancedLedger() throws Exception {
        Outcome outcome = inspect(capture().writeTo(folder.resolve("a.pcap")).toString());
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).hasSize(2);
        JsonNode answered = Http.JSON.readTree(outcome.out().getFirst());
        assertThat(answered.at("/dns/status").asText()).isEqualTo("ANSWERED");
        assertThat(answered.at("/dns/resolved_ip/0").asText()).isEqualTo("198.51.100.7");
        assertThat(answered.at("/event/duration").asLong()).isEqualTo(1_500_000);
        assertThat(answered.at("/observer/name").asText()).isEqualTo("ns1");
        assertThat(outcome.ledger().path("captured").asInt()).isEqualTo(3);
        assertThat(outcome.ledger().path("unanswered").asInt()).isEqualTo(1);
        assertThat(outcome.ledger().path("balanced").asBoolean()).isTrue();
    }

    @Test
    void textIsOneLineForEachTransaction() throws Exception {
        Path file = capture().writeTo(folder.resolve("a.pcap"));
        Outcome outcome = inspect("--format", "text", file.toString());
        assertThat(outcome.out())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("2023-11-14 22:13:20.000 ANSWERED      1.50ms  192.0.2.1 ")
                .endsWith("udp  NOERROR   A      www.example.com = 198.51.100.7");
    }

    @Test
    void alertsAreTheAttacksInACapture() throws Exception {
        int nxdomain = 3;
        PcapWriter capture = new PcapWriter(PcapWriter.RAW);
        for (int i = 0; i < 1_600; i++) {
            String name = "x" + (i + 1) * 7919L + ".victim.example";
            long us = START_US + i * 25_000L;
            capture.frame(
                            us,
                            Frames.udp(
                                    CLIENT,
                                    SERVER,
                                    DnsMessageBuilder.query(i, name, DnsMessageBuilder.A).bytes()))
                    .frame(
                            us + 500,
                            Frames.udp(
                                    SERVER,
                                    CLIENT,
                                    DnsMessageBuilder.response(
                                                    i, name, DnsMessageBuilder.A, nxdomain)
                                            .bytes()));
        }
        String attack = capture.writeTo(folder.resolve("attack.pcap")).toString();
        Outcome outcome = inspect("--alerts", attack);
        assertThat(outcome.status()).isZero();
        JsonNode first = Http.JSON.readTree(outcome.out().getFirst());
        JsonNode last = Http.JSON.readTree(outcome.out().getLast());
        assertThat(first.path("status").asText()).isEqualTo("opened");
        assertThat(last.path("status").asText()).isEqualTo("closed");
        assertThat(last.path("id")).isEqualTo(first.path("id"));
        assertThat(last.at("/rule/name").asText()).isEqualTo("random-subdomain");
        assertThat(last.at("/subject/value").asText()).isEqualTo("victim.example");
        assertThat(last.at("/event/start").asText()).isEqualTo("2023-11-14T22:13:20.000Z");
        assertThat(last.at("/event/end").asText()).isEqualTo("2023-11-14T22:14:00.000Z");
        assertThat(last.at("/evidence/matched").asInt()).isEqualTo(1_600);

        Path settings = folder.resolve("processor.properties");
        Files.writeString(settings, "alerts.off = random-subdomain");
        assertThat(inspect("--alerts", "--config", settings.toString(), attack).out()).isEmpty();
        Files.writeString(settings, "alerts.of = random-subdomain");
        assertThat(inspect("--alerts", "--config", settings.toString(), attack).status())
                .isEqualTo(2);
    }

    @Test
    void labTrafficHasNoAlerts() throws Exception {
        Path capture = Requires.shared("lab/lab-100k.pcap.gz");
        Outcome outcome = inspect("--alerts", capture.toString());
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.ledger().path("transactions").asInt()).isPositive();
    }

    @Test
    void aTruncatedTailIsAWarning() throws Exception {
        byte[] whole = capture().bytes();
        Path file = folder.resolve("cut.pcap");
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 5));
        Outcome outcome = inspect(file.toString());
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).hasSize(1);
        assertThat(outcome.ledger().at("/dropped/truncatedFile").asInt()).isEqualTo(1);
        assertThat(outcome.err()).anyMatch(line -> line.startsWith("stream53: warning: "));
    }

    @Test
    void readsPcapngAndPackedFilesWhateverTheirNames() throws Exception {
        byte[] query = DnsMessageBuilder.query(1, "www.example.com", DnsMessageBuilder.A).bytes();
        PcapngWriter capture = new PcapngWriter(ByteOrder.BIG_ENDIAN);
        capture.describeInterface(PcapWriter.RAW, 0)
                .packet(0, START_US, Frames.udp(CLIENT, SERVER, query));
        Path plain = capture.writeTo(folder.resolve("a.pcap"));
        Path packed = Files.write(folder.resolve("b"), PcapWriter.gzip(capture.bytes()));
        Outcome outcome = inspect(plain.toString(), packed.toString());
        assertThat(outcome.out()).hasSize(2);
        assertThat(outcome.ledger().path("unanswered").asInt()).isEqualTo(2);
        assertThat(outcome.status()).isZero();
    }

    @Test
    void severalFilesAreOneLedger() throws Exception {
        String file = capture().writeTo(folder.resolve("a.pcap")).toString();
        Outcome outcome = inspect(file, file);
        assertThat(outcome.out()).hasSize(4);
        assertThat(outcome.ledger().path("captured").asInt()).isEqualTo(6);
        assertThat(outcome.status()).isZero();
    }
}
