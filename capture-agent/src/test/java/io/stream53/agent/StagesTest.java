package io.stream53.agent;

import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.privacy.Privacy;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.MemoryOutput;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stages between decoder and publisher, as the configuration asks for them. */
class StagesTest {
    private static final long START = 1_700_000_000_000_000L;
    private static final InetSocketAddress SERVER = Frames.socket("192.0.2.53", 53);

    @TempDir Path folder;
    private final MemoryOutput output = new MemoryOutput(3);
    private final PcapWriter capture = new PcapWriter(PcapWriter.ETHERNET);

    private void at(long timeUs, boolean isQuery, int port, byte[] message) {
        InetSocketAddress client = Frames.socket("198.51.100.7", port);
        byte[] packet =
                isQuery ? Frames.udp(client, SERVER, message) : Frames.udp(SERVER, client, message);
        capture.frame(timeUs, Frames.ethernet(packet));
    }

    private AgentLedger run(Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("node", "ns1");
        Path file = capture.writeTo(folder.resolve("capture"));
        return CaptureRun.files(List.of(file), AgentConfig.of(all), output);
    }

    @Test
    void withoutSettingsThePublisherStandsBehindTheDecoder() {
        AgentConfig config = AgentConfig.of(Map.of("node", "ns1"));
        CaptureCounters counters = new CaptureCounters();
        EncoderSettings settings =
                new EncoderSettings("ns1", "", 1, 0, MessageCarry.ALL, config.addresses());
        PacketPublisher publisher =
                new PacketPublisher(settings, config.watermarks(), counters, output, () -> 1);
        MessageHandler last = Privacy.none().before(publisher, Set.of(), Set.of(53));
        assertThat(config.filter().before(last, 1, 1, counters)).isSameAs(publisher);
    }

    @Test
    void whatFiltersLeaveOutIsInTheLedger() throws IOException {
        for (int i = 0; i < 10; i++) {
            String name = i % 2 == 0 ? "www.example.com" : "www.example.net";
            at(START + i * 1000L, true, 1024, query(i, name, 1).bytes());
            at(START + i * 1000L + 1, false, 1024, response(i, name, 1, i % 4).bytes());
        }
        AgentLedger ledger = run(Map.of("filter.zone", "example.com", "filter.rcode", "NXDOMAIN"));
        assertThat(ledger).isEqualTo(new AgentLedger(20, 0, 20, 0, Map.of("filtered", 20L)));
        ledger = run(Map.of("filter.zone", "example.com", "filter.rcode", "SERVFAIL"));
        assertThat(ledger.dropped()).isEqualTo(Map.of("filtered", 16L));
        assertThat(output.messages()).extracting(DnsPacket::getId).containsExactly(2, 2, 6, 6);
    }

    @Test
    void aWatermarkNeverOvertakesAQueryThatIsHeld() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            long timeUs = START + i * 10_000L;
            at(timeUs - random.nextInt(150_000), true, 1024 + i, query(i, "a.test", 1).bytes());
            if (i > 300 && i % 10 != 0) {
                int asked = i - random.nextInt(300);
                byte[] answer = response(asked, "a.test", 1, asked % 3).bytes();
                at(timeUs, false, 1024 + asked, answer);
            }
        }
        AgentLedger ledger = run(Map.of("filter.rcode.exclude", "SERVFAIL"));
        assertThat(ledger.dropped().get("filtered")).isGreaterThan(500);
        Map<Integer, Long> watermarks = new HashMap<>();
        for (MemoryOutput.Sent sent : output.sent()) {
            long time = sent.packet().getTimestampUs();
            assertThat(time).isGreaterThanOrEqualTo(watermarks.getOrDefault(sent.partition(), 0L));
            if (sent.watermark()) {
                watermarks.put(sent.partition(), time);
            }
        }
        assertThat(output.watermarks()).hasSizeGreaterThan(60);
    }

    @Test
    void filtersThatStayTheSameGoOnHoldingWhenTheConfigurationIsReadAgain() throws IOException {
        Map<String, String> settings =
                new HashMap<>(Map.of("node", "ns1", "filter.rcode.exclude", "SERVFAIL"));
        Pipeline pipeline =
                new Pipeline(AgentConfig.of(settings), Privacy.none(), "ns1", output, () -> 1);
        FrameDecoder decoder = pipeline.decoder();
        see(decoder, true, query(1, "a.test", 1).bytes());
        see(decoder, true, query(2, "a.test", 1).bytes());
        settings.putAll(Map.of("message", "none", "privacy.address", "truncated"));
        AgentConfig changed = AgentConfig.of(settings);
        pipeline.reload(changed, Privacy.open(changed.privacy()));
        see(decoder, false, response(1, "a.test", 1, 2).bytes());
        see(decoder, false, response(2, "a.test", 1, 0).bytes());
        assertThat(pipeline.ledger())
                .isEqualTo(new AgentLedger(4, 0, 4, 2, Map.of("filtered", 2L)));
        assertThat(output.messages())
                .hasSize(2)
                .allMatch(message -> message.getClientIp().get(3) == 0);

        see(decoder, true, query(3, "a.test", 1).bytes());
        settings.put("filter.rcode.exclude", "REFUSED");
        pipeline.reload(AgentConfig.of(settings), Privacy.open(changed.privacy()));
        see(decoder, false, response(3, "a.test", 1, 2).bytes());
        assertThat(output.messages()).extracting(DnsPacket::getId).containsExactly(2, 2, 3, 3);
    }

    private static void see(FrameDecoder decoder, boolean isQuery, byte[] message) {
        InetSocketAddress client = Frames.socket("198.51.100.7", 1024);
        byte[] packet =
                isQuery ? Frames.udp(client, SERVER, message) : Frames.udp(SERVER, client, message);
        byte[] frame = Frames.ethernet(packet);
        decoder.frame(frame, 0, frame.length, frame.length, START, PcapWriter.ETHERNET);
    }

    @Test
    void watermarksGoOnThoughEverythingIsLeftOut() throws IOException {
        at(START, true, 1024, query(1, "a.test", 1).bytes());
        for (int i = 1; i <= 20; i++) {
            at(START + i * 1_000_000L, true, 1024, query(1, "b.test", 1).bytes());
        }
        run(Map.of("filter.zone", "a.test"));
        assertThat(output.messages()).hasSize(1);
        assertThat(output.watermarks()).hasSize(21);
    }

    @Test
    void aKeyThatCannotBeReadEndsTheRunBeforeAnyPacket() {
        at(START, true, 1024, query(1, "a.test", 1).bytes());
        Map<String, String> settings =
                Map.of("privacy.address", "cryptopan", "privacy.key.file", folder + "/none");
        assertThatThrownBy(() -> run(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not exist");
        assertThat(output.sent()).isEmpty();
    }

    @Test
    void placesAreLookedUpBeforeAddressesAreChanged() throws IOException {
        Path geoip = Path.of(System.getProperty("stream53.root"), "deploy/standalone/geoip");
        byte[] message = query(1, "a.test", 1).bytes();
        capture.frame(
                START,
                Frames.ethernet(Frames.udp(Frames.socket("8.8.8.8", 1024), SERVER, message)));
        run(
                Map.of(
                        "privacy.address",
                        "truncated",
                        "privacy.ipv4.prefix",
                        "0",
                        "privacy.geoip",
                        geoip.resolve("iptoasn-country.mmdb").toString()));
        assertThat(output.messages().getFirst().getClientCountryIsoCode()).isEqualTo("US");
        assertThat(output.messages().getFirst().getClientIp().array()).containsOnly(0);
    }
}
