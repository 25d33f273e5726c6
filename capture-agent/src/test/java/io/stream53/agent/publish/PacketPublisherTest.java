package io.stream53.agent.publish;

import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.filter.FilterSettings;
import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.PacketView;
import io.stream53.agent.publish.MemoryOutput.Sent;
import io.stream53.dns.DnsMessage;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.key.TransactionKey;
import io.stream53.key.Transport;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class PacketPublisherTest {
    private static final long SECOND = 1_000_000;
    private static final long START = 1_700_000_000 * SECOND;
    private static final long TIMEOUT = 5 * SECOND;
    private static final long SKEW = SECOND / 5;
    private static final InetSocketAddress SERVER = Frames.socket("192.0.2.53", 53);

    private final CaptureCounters counters = new CaptureCounters();
    private MemoryOutput output = new MemoryOutput(1);
    private PacketPublisher publisher = publisher("", output);
    private FrameDecoder decoder =
            new FrameDecoder(DecoderSettings.of(Set.of(53)), publisher, counters);

    private PacketPublisher publisher(String site, RecordOutput to) {
        EncoderSettings settings =
                new EncoderSettings("ns1", site, 77, to.schemaId(), MessageCarry.ALL, Set.of());
        return new PacketPublisher(settings, WatermarkSettings.DEFAULT, counters, to, () -> 1);
    }

    private void use(MemoryOutput other, String site) {
        output = other;
        publisher = publisher(site, output);
        decoder = new FrameDecoder(DecoderSettings.of(Set.of(53)), publisher, counters);
    }

    private void packet(long timestampUs, byte[] packet) {
        byte[] frame = Frames.ethernet(packet);
        decoder.frame(frame, 0, frame.length, frame.length, timestampUs, PcapWriter.ETHERNET);
    }

    private void ask(long timestampUs, int clientPort) {
        InetSocketAddress client = Frames.socket("198.51.100.7", clientPort);
        byte[] message = DnsMessageBuilder.query(1, "example.com", DnsMessageBuilder.A).bytes();
        packet(timestampUs, Frames.udp(client, SERVER, message));
    }

    private void decoderSees(long timestampUs) {
        ask(timestampUs, 4000);
    }

    @Test
    void queryAndResponseHaveOneKeyAndPartition() {
        use(new MemoryOutput(48), "");
        InetSocketAddress client = Frames.socket("198.51.100.7", 4000);
        packet(START, Frames.udp(client, SERVER, query(9, "a.test", 1).bytes()));
        packet(START + 1, Frames.udp(SERVER, client, response(9, "a.test", 1, 0).bytes()));
        List<Sent> sent = output.sent();
        byte[] key =
                new TransactionKey(
                                "ns1",
                                Transport.UDP,
                                client.getAddress().getAddress(),
                                4000,
                                SERVER.getAddress().getAddress(),
                                53,
                                9)
                        .encode();
        assertThat(sent).extracting(Sent::key).containsExactly(key, key);
        int kafkas = BuiltInPartitioner.partitionForKey(key, 48);
        assertThat(sent).extracting(Sent::partition).containsExactly(kafkas, kafkas);
    }

    private int idInKey(String protocol, int id, String name, int type) {
        MemoryOutput to = new MemoryOutput(1);
        DnsMessage message = new DnsMessage();
        byte[] bytes = query(id, name, type).bytes();
        message.parse(bytes, 0, bytes.length, bytes.length);
        Transport transport = protocol.equals("doq") ? Transport.QUIC : Transport.TCP;
        publisher("", to)
                .add(
                        new PacketView()
                                .at(START)
                                .between(new byte[8], 0, 4, 4)
                                .ports(4000, 443)
                                .over(transport, protocol),
                        message);
        byte[] key = Objects.requireNonNull(to.sent().getFirst().key());
        return TransactionKey.decode(key).id();
    }

    @Test
    void overHttpAndQuicAHashOfTheQuestionStandsInForAnIdOfZero() {
        for (String protocol : List.of("doh", "doq")) {
            int hash = idInKey(protocol, 0, "a.test", 1);
            assertThat(hash).isNotZero().isEqualTo(idInKey(protocol, 0, "A.TEST", 1));
            assertThat(idInKey(protocol, 0, "b.test", 1)).isNotEqualTo(hash);
            assertThat(idInKey(protocol, 0, "a.test", 28)).isNotEqualTo(hash);
            assertThat(idInKey(protocol, 9, "a.test", 1)).isEqualTo(9);
        }
        assertThat(idInKey("dns", 0, "a.test", 1)).isZero();
        assertThat(idInKey("dot", 0, "a.test", 1)).isZero();
    }

    @Test
    void siteStandsInForTheNodeInTheKey() {
        use(new MemoryOutput(1), "ams");
        decoderSees(START);
        Sent sent = output.sent().getFirst();
        assertThat(TransactionKey.decode(Objects.requireNonNull(sent.key())).node())
                .isEqualTo("ams");
        assertThat(sent.packet().getNode()).isEqualTo("ns1");
        assertThat(sent.packet().getSite()).isEqualTo("ams");
    }

    @Test
    void numbersEachPartitionFromZeroWithoutGapsWatermarksAmongThem() {
        use(new MemoryOutput(4), "");
        for (int i = 0; i < 200; i++) {
            ask(START + i * SECOND / 10, 1024 + i);
        }
        publisher.finish();
        Map<Integer, Long> next = new HashMap<>();
        for (Sent sent : output.sent()) {
            long expected = next.getOrDefault(sent.partition(), 0L);
            assertThat(sent.packet().getSequence()).isEqualTo(expected);
            assertThat(sent.packet().getRun()).isEqualTo(77);
            next.put(sent.partition(), expected + 1);
        }
        assertThat(next).hasSize(4);
        assertThat(output.messages()).hasSize(200);
        assertThat(output.watermarks()).hasSizeGreaterThan(4 * 15);
    }

    @Test
    void watermarkIsTheLatestTimeLessTheSkewEachSecondOfEventTime() {
        decoderSees(START);
        decoderSees(START + SECOND - 1);
        assertThat(output.watermarks()).isEmpty();
        decoderSees(START + SECOND);
        decoderSees(START + SECOND + SECOND / 2);
        decoderSees(START + 2 * SECOND + 1);
        assertThat(output.watermarks())
                .extracting(DnsPacket::getTimestampUs)
                .containsExactly(START + SECOND - SKEW, START + 2 * SECOND + 1 - SKEW);
        assertThat(output.watermarks()).allMatch(w -> !w.getFinal$() && w.getNode().equals("ns1"));
    }

    @Test
    void watermarkNeverOvertakesMessagesInOrderWithinTheSkew() {
        use(new MemoryOutput(3), "");
        for (int i = 0; i < 500; i++) {
            long jitter = (i * 7919L) % SKEW;
            ask(START + i * SECOND / 20 - jitter, 1024 + i);
        }
        Map<Integer, Long> watermark = new HashMap<>();
        for (Sent sent : output.sent()) {
            long time = sent.packet().getTimestampUs();
            long before = watermark.getOrDefault(sent.partition(), Long.MIN_VALUE);
            assertThat(time).isGreaterThanOrEqualTo(before);
            if (sent.watermark()) {
                watermark.put(sent.partition(), time);
            }
        }
        assertThat(watermark).hasSize(3);
    }

    @Test
    void watermarkNeverGoesBack() {
        decoderSees(START + 10 * SECOND);
        decoderSees(START + 12 * SECOND);
        decoderSees(START);
        publisher.tick(START + 5 * SECOND);
        decoderSees(START + 13 * SECOND);
        assertThat(output.watermarks())
                .extracting(DnsPacket::getTimestampUs)
                .containsExactly(START + 12 * SECOND - SKEW, START + 13 * SECOND - SKEW);
    }

    @Test
    void watermarksGoOnUntilNothingCanWaitInThePartition() {
        decoderSees(START);
        long settled = START + TIMEOUT + SKEW + WatermarkSettings.WINDOW_US;
        for (int second = 1; second <= 90; second++) {
            publisher.tick(START + second * SECOND);
        }
        List<Long> times = output.watermarks().stream().map(DnsPacket::getTimestampUs).toList();
        assertThat(times).hasSize(76).startsWith(START + SECOND - SKEW);
        assertThat(times.getLast()).isGreaterThan(settled).isLessThan(settled + SECOND);
        decoderSees(START + 100 * SECOND);
        publisher.tick(START + 101 * SECOND);
        assertThat(output.watermarks()).hasSize(78);
    }

    @Test
    void aJumpInTimeSettlesAPartitionWithOneWatermark() {
        use(new MemoryOutput(48), "");
        ask(START, 1025);
        int first = output.sent().getFirst().partition();
        for (int i = 0; i < 10; i++) {
            ask(START + 100 * SECOND + i * SECOND, 1024);
        }
        assertThat(output.sent())
                .filteredOn(s -> s.watermark() && s.partition() == first)
                .extracting(s -> s.packet().getTimestampUs())
                .containsExactly(START + 100 * SECOND - SKEW);
    }

    @Test
    void tickWithoutKnowledgeBringsWatermarksUpToThePacketsTime() {
        decoderSees(START);
        decoderSees(START + SECOND / 2);
        publisher.tick(Long.MIN_VALUE);
        publisher.tick(Long.MIN_VALUE);
        assertThat(output.watermarks())
                .extracting(DnsPacket::getTimestampUs)
                .containsExactly(START + SECOND / 2 - SKEW);
    }

    @Test
    void tickBeforeTheFirstMessageSendsNothing() {
        publisher.tick(START);
        publisher.finish();
        assertThat(output.sent()).isEmpty();
    }

    @Test
    void finalWatermarkEndsEachPartitionThatWasUsed() {
        use(new MemoryOutput(64), "");
        ask(START, 1024);
        ask(START, 1025);
        publisher.finish();
        List<Integer> used =
                output.sent().stream().filter(s -> !s.watermark()).map(Sent::partition).toList();
        assertThat(used).doesNotHaveDuplicates();
        assertThat(output.sent())
                .filteredOn(Sent::watermark)
                .allMatch(s -> s.packet().getFinal$())
                .allMatch(s -> s.packet().getTimestampUs() == Long.MAX_VALUE)
                .extracting(Sent::partition)
                .containsExactlyInAnyOrderElementsOf(used);
    }

    @Test
    void watermarksCarryTheRunsLossesSoFar() {
        InetSocketAddress client = Frames.socket("198.51.100.7", 4000);
        packet(START, Frames.udp(client, SERVER, new byte[5]));
        decoderSees(START);
        decoderSees(START + SECOND);
        packet(START, Frames.udp(client, SERVER, new byte[5]));
        publisher.finish();
        assertThat(output.watermarks())
                .extracting(DnsPacket::getLosses)
                .containsExactly(Map.of("shortHeader", 1L), Map.of("shortHeader", 2L));
    }

    @Test
    void aMessageTooLargeForKafkaIsCountedAndTakesNoNumber() {
        use(new MemoryOutput(1, 300), "");
        decoderSees(START);
        InetSocketAddress client = Frames.socket("198.51.100.7", 4000);
        byte[] large =
                response(1, "example.com", DnsMessageBuilder.TXT, 0)
                        .answer("example.com", 16, 60, DnsMessageBuilder.txt("x".repeat(250)))
                        .bytes();
        packet(START, Frames.udp(SERVER, client, large));
        decoderSees(START);
        assertThat(output.messages()).extracting(DnsPacket::getSequence).containsExactly(0L, 1L);
        assertThat(publisher.ledger())
                .isEqualTo(new AgentLedger(3, 0, 3, 2, Map.of("tooLarge", 1L)));
    }

    @Test
    void eachWatermarkBalancesWhileAFilterHoldsMessages() {
        FilterSettings withoutErrors =
                new FilterSettings(
                        Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(3), List.of(),
                        List.of());
        MessageHandler filter = withoutErrors.before(publisher, TIMEOUT, SKEW, counters);
        decoder = new FrameDecoder(DecoderSettings.of(Set.of(53)), filter, counters);
        for (int i = 0; i < 100; i++) {
            long at = START + i * SECOND / 4;
            InetSocketAddress client = Frames.socket("198.51.100.7", 1024 + i);
            ask(at, 1024 + i);
            if (i % 3 != 0) {
                byte[] answer = response(1, "example.com", DnsMessageBuilder.A, i % 3 + 1).bytes();
                packet(at + 1, Frames.udp(SERVER, client, answer));
            }
        }
        filter.flush();
        publisher.finish();
        assertThat(output.watermarks()).hasSizeGreaterThan(3);
        for (DnsPacket watermark : output.watermarks()) {
            long dropped = watermark.getLosses().values().stream().mapToLong(n -> n).sum();
            assertThat(watermark.getCaptured()).isEqualTo(watermark.getRunSent() + dropped);
        }
        assertThat(output.watermarks().getLast().getCaptured()).isEqualTo(counters.messages());
    }

    @Test
    void messagesThatKafkaGaveUpAreCountedForThisRunOnly() {
        RecordOutput failing =
                new RecordOutput() {
                    private long failed = 10;

                    @Override
                    public boolean offer(
                            long run,
                            int partition,
                            byte[] key,
                            int keyLength,
                            byte[] value,
                            int valueLength) {
                        failed += keyLength == 0 ? 0 : 1;
                        return true;
                    }

                    @Override
                    public Acknowledgements acknowledgements(long sent) {
                        return new Acknowledgements(1000, failed);
                    }
                };
        publisher = publisher("", failing);
        decoder = new FrameDecoder(DecoderSettings.of(Set.of(53)), publisher, counters);
        decoderSees(START);
        decoderSees(START);
        assertThat(publisher.ledger())
                .isEqualTo(new AgentLedger(2, 0, 2, 0, Map.of("publishFailed", 2L)))
                .isEqualTo(publisher.ledger());
    }
}
