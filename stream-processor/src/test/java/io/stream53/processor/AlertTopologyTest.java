package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.task.LedgerBoard;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.GeneratedClasses;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts on their whole way, from packets to the topic. */
class AlertTopologyTest {
    static {
        GeneratedClasses.trust();
    }

    private static final long SECOND_US = 1_000_000;
    private static final int RATE = 40;
    private static final int NXDOMAIN = 3;
    private static final PublicSuffixes SUFFIXES = new PublicSuffixes();

    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> raw;
    private final TestOutputTopic<String, DnsAlert> alerts;
    private long sequence;

    AlertTopologyTest(@TempDir Path stateDir) {
        ProcessorConfig config =
                ProcessorConfig.of(Settings.load(null, Map.of(), new EnumMap<>(Setting.class)));
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        var parts =
                new DnsTopology.Parts(
                        PlainAvro.PacketReader::new,
                        new PlainAvro.Writer<>(),
                        new PlainAvro.Writer<>(),
                        new PlainAvro.Writer<>(),
                        new PlainAvro.Writer<>(),
                        () -> new Enricher(GeoLookup.none(), SUFFIXES)::enrich,
                        partition -> true,
                        new LedgerBoard());
        driver =
                new TopologyTestDriver(
                        DnsTopology.build(config, parts), properties, Instant.ofEpochMilli(1_000));
        raw =
                driver.createInputTopic(
                        "dns.raw", new ByteArraySerializer(), new ByteArraySerializer());
        Deserializer<DnsAlert> values = (topic, value) -> PlainAvro.read(value, new DnsAlert());
        alerts = driver.createOutputTopic("dns.alerts", new StringDeserializer(), values);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void anAttackReachesTheTopicAsItOpensGoesOnAndCloses() {
        for (int second = 0; second < 60; second++) {
            long at = Packets.START_US + second * SECOND_US;
            boolean attacked = second >= 10 && second < 40;
            for (int i = 0; i < RATE; i++) {
                int client = second * RATE + i;
                String name = attacked ? "x" + client * 7919L + ".victim.example" : "www.example";
                ask(client, name, at + i * 1_000L, attacked ? NXDOMAIN : 0);
            }
            send(Packets.watermark(Packets.NODE, Packets.RUN, at + SECOND_US));
            driver.advanceWallClockTime(Duration.ofSeconds(1));
        }
        send(Packets.watermark(Packets.NODE, Packets.RUN, Long.MAX_VALUE));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        var records = alerts.readKeyValuesToList();
        assertThat(records)
                .extracting(record -> record.value.getStatus())
                .containsExactly("opened", "updated", "closed");
        assertThat(records).allMatch(record -> record.key.equals(record.value.getId()));
        assertThat(records).extracting(record -> record.key).containsOnly(records.getFirst().key);
        DnsAlert last = records.getLast().value;
        assertThat(last.getRule().getName()).isEqualTo("random-subdomain");
        assertThat(last.getSubject().getValue()).isEqualTo("victim.example");
        Instant start = Instant.ofEpochMilli(Packets.START_US / 1000).plusSeconds(10);
        assertThat(last.getEvent().getStart()).isEqualTo(start);
        assertThat(last.getEvent().getEnd()).isEqualTo(start.plusSeconds(30));
        assertThat(last.getEvidence().getMatched()).isEqualTo(30L * RATE);
        assertThat(last.getNodes()).isEqualTo(List.of(Packets.NODE));
    }

    private void ask(int client, String name, long us, int rcode) {
        send(Packets.query(client, name, us));
        DnsPacket response = Packets.response(client, name, us + 500);
        response.setRcode(rcode);
        send(response);
    }

    private void send(DnsPacket packet) {
        packet.setSequence(sequence++);
        byte[] key = packet.getKind().equals("message") ? Packets.key(packet) : null;
        raw.pipeInput(key, new PlainAvro.Writer<DnsPacket>().serialize("", packet));
    }
}
