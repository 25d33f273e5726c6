package io.stream53.agent.dnstap;

import static io.stream53.fixtures.DnsMessageBuilder.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.PacketView;
import io.stream53.agent.publish.MemoryOutput;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.dns.DnsMessage;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DnstapRunsTest {
    private static final long SECOND = 1_000_000;
    private static final long START = 1_700_000_000 * SECOND;
    private static final long BEHIND = DnstapRun.HELD_BACK_US + WatermarkSettings.DEFAULT.skewUs();
    private static final long WAITING_SINCE = 5_000_000_000L;

    private final MemoryOutput output = new MemoryOutput(1);
    private final AtomicLong runNumbers = new AtomicLong();
    private final AtomicLong waitingSinceNs = new AtomicLong(FrameStreamReader.NOT_WAITING);
    private DnstapRuns runs = runs(true, true);

    private DnstapRuns runs(boolean identityAsNode, boolean live) {
        return new DnstapRuns(this::start, output, "own", identityAsNode, live);
    }

    private NodeRun start(String node, RecordOutput to) {
        return TestRuns.start(node, runNumbers.incrementAndGet(), to);
    }

    private DnstapStream stream() {
        return runs.stream(() -> START, waitingSinceNs::get);
    }

    private static void see(DnstapStream stream, String identity, long timeUs) {
        byte[] dns = query(7, "example.com", DnsMessageBuilder.A).bytes();
        TapFrame frame = TapFrame.client(false, timeUs, dns);
        byte[] bytes = (identity.isEmpty() ? frame : frame.identity(identity)).bytes();
        stream.frame(bytes, 0, bytes.length);
    }

    private List<Long> watermarks(String node) {
        return output.watermarks().stream()
                .filter(w -> w.getNode().equals(node) && !w.getFinal$())
                .map(DnsPacket::getTimestampUs)
                .toList();
    }

    @Test
    void eachIdentityIsANodeWithARunOfItsOwn() {
        DnstapStream one = stream();
        DnstapStream two = stream();
        see(one, "ns1", START);
        see(two, "ns2", START);
        see(one, "ns1", START);
        see(one, "ns2", START);
        see(two, "", START);
        assertThat(output.messages())
                .extracting(DnsPacket::getNode)
                .containsExactly("ns1", "ns2", "ns1", "ns2", "own");
        assertThat(output.messages())
                .extracting(DnsPacket::getRun)
                .containsExactly(1L, 2L, 1L, 2L, 3L);
        runs.finish();
        assertThat(output.watermarks()).hasSize(3).allMatch(DnsPacket::getFinal$);
        assertThat(runs.ledger()).isEqualTo(new AgentLedger(5, 0, 5, 5, Map.of()));
    }

    @Test
    void identitiesAreNoNodesWhenTheyAreNotBelieved() {
        runs = runs(false, true);
        see(stream(), "ns1", START);
        assertThat(output.messages().getFirst().getNode()).isEqualTo("own");
    }

    @Test
    void moreIdentitiesThanAllowedBelongToTheAgentsOwnNode() {
        DnstapStream stream = stream();
        for (int i = 0; i < DnstapRuns.MAX_NODES + 50; i++) {
            see(stream, "ns" + i, START);
        }
        List<DnsPacket> messages = output.messages();
        assertThat(messages.stream().map(DnsPacket::getNode).distinct())
                .hasSize(DnstapRuns.MAX_NODES + 1);
        assertThat(messages.stream().filter(m -> m.getNode().equals("own"))).hasSize(50);
    }

    @Test
    void framesThatAreNoMessageCountForTheStreamsLastNode() {
        DnstapStream stream = stream();
        byte[] junk = {1, 2, 3};
        stream.frame(junk, 0, junk.length);
        see(stream, "ns1", START);
        stream.frame(junk, 0, junk.length);
        stream.lostFrame();
        runs.finish();
        assertThat(runs.ledger())
                .isEqualTo(new AgentLedger(4, 0, 4, 1, Map.of("malformedDnstap", 3L)));
        assertThat(output.watermarks().getLast().getLosses())
                .isEqualTo(Map.of("malformedDnstap", 2L));
    }

    /** Of several runs nobody knows whose message it was; the sum is right all the same. */
    @Test
    void whatFailedToBePublishedIsInTheWatermarksAndInTheLedgerOnce() {
        AtomicLong failed = new AtomicLong();
        RecordOutput losing =
                new RecordOutput() {
                    @Override
                    public boolean offer(
                            long run,
                            int partition,
                            byte[] key,
                            int keyLength,
                            byte[] value,
                            int length) {
                        return output.offer(run, partition, key, keyLength, value, length);
                    }

                    @Override
                    public Acknowledgements acknowledgements(long sent) {
                        return new Acknowledgements(sent - failed.get(), failed.get());
                    }
                };
        runs = new DnstapRuns(this::start, losing, "own", true, true);
        DnstapStream stream = stream();
        see(stream, "ns1", START);
        see(stream, "ns1", START);
        see(stream, "ns1", START);
        failed.set(2);
        assertThat(runs.ledger())
                .isEqualTo(new AgentLedger(3, 0, 3, 1, Map.of("publishFailed", 2L)));
        see(stream, "ns2", START);
        runs.finish();
        assertThat(output.watermarks())
                .extracting(mark -> mark.getLosses().getOrDefault("publishFailed", 0L))
                .containsExactlyInAnyOrder(0L, 2L);
        failed.set(3);
        assertThat(runs.ledger())
                .isEqualTo(new AgentLedger(4, 0, 4, 1, Map.of("publishFailed", 3L)));
    }

    @Test
    void eventTimeIsThatOfTheStreamFurthestBehindLessWhatServersHoldBack() {
        DnstapStream one = stream();
        DnstapStream two = stream();
        see(one, "ns1", START);
        runs.tick(0);
        see(one, "ns1", START + 30 * SECOND);
        see(two, "ns1", START + 10 * SECOND);
        runs.tick(0);
        see(two, "ns1", START + 9 * SECOND);
        runs.tick(0);
        see(two, "ns1", START + 20 * SECOND);
        runs.tick(0);
        two.end(0);
        runs.tick(0);
        assertThat(watermarks("ns1"))
                .containsExactly(
                        START + 10 * SECOND - BEHIND,
                        START + 20 * SECOND - BEHIND,
                        START + 30 * SECOND - BEHIND);
    }

    @Test
    void eventTimeGoesOnWhileTheReaderWaitsWhateverTheClocksSay() {
        DnstapStream stream = stream();
        see(stream, "ns1", START);
        runs.tick(WAITING_SINCE);
        runs.tick(WAITING_SINCE + 1_000_000_000L);
        assertThat(watermarks("ns1")).isEmpty();
        waitingSinceNs.set(WAITING_SINCE);
        runs.tick(WAITING_SINCE + 1_000_000_000L);
        runs.tick(WAITING_SINCE + 7_000_000_000L);
        assertThat(watermarks("ns1"))
                .containsExactly(START + SECOND - BEHIND, START + 7 * SECOND - BEHIND);
    }

    @Test
    void aRunEndsWhenNoStreamHasBelongedToItForAMinute() {
        DnstapStream stream = stream();
        see(stream, "ns1", START);
        stream.end(1_000_000_000L);
        runs.tick(60_000_000_000L);
        assertThat(output.watermarks()).isEmpty();
        runs.tick(61_000_000_000L);
        assertThat(output.watermarks()).hasSize(1).allMatch(DnsPacket::getFinal$);
        see(stream(), "ns1", START + 100 * SECOND);
        assertThat(output.messages()).extracting(DnsPacket::getRun).containsExactly(1L, 2L);
        assertThat(runs.ledger()).isEqualTo(new AgentLedger(2, 0, 2, 2, Map.of()));
    }

    @Test
    void whileARunIsBegunOthersEndAndTheLedgerIsTold() {
        // names of the same hash: one place in a map
        String first = "Aa";
        String second = "BB";
        AtomicReference<AgentLedger> meanwhile = new AtomicReference<>();
        runs =
                new DnstapRuns(
                        (node, to) -> {
                            if (node.equals(second)) {
                                finishes(() -> runs.tick(61_000_000_000L));
                                finishes(() -> meanwhile.set(runs.ledger()));
                            }
                            return start(node, to);
                        },
                        output,
                        "own",
                        true,
                        true);
        DnstapStream stream = stream();
        see(stream, first, START);
        stream.end(0);
        see(stream(), second, START);
        assertThat(output.watermarks()).hasSize(1).allMatch(DnsPacket::getFinal$);
        assertThat(meanwhile.get()).isEqualTo(new AgentLedger(1, 0, 1, 1, Map.of()));
        assertThat(runs.ledger()).isEqualTo(new AgentLedger(2, 0, 2, 2, Map.of()));
    }

    private static void finishes(Runnable action) {
        try {
            Thread thread = Thread.ofPlatform().daemon().start(action);
            assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aServerThatComesBackWithinTheMinuteGoesOnWithItsRun() {
        DnstapStream stream = stream();
        see(stream, "ns1", START);
        stream.end(0);
        runs.tick(30_000_000_000L);
        DnstapStream again = stream();
        see(again, "ns1", START + 20 * SECOND);
        runs.tick(90_000_000_000L);
        again.end(91_000_000_000L);
        runs.tick(100_000_000_000L);
        assertThat(output.messages()).extracting(DnsPacket::getRun).containsOnly(1L);
        assertThat(output.watermarks()).noneMatch(DnsPacket::getFinal$);
    }

    @Test
    void whatIsHeldBackGoesOnWithTimeAndAtTheEnd() {
        Deque<String> calls = new ArrayDeque<>();
        runs =
                new DnstapRuns(
                        (node, to) -> holding(start(node, to), calls), output, "own", true, true);
        DnstapStream stream = stream();
        see(stream, "ns1", START);
        runs.tick(0);
        assertThat(calls).containsExactly("tick " + (START - DnstapRun.HELD_BACK_US));
        stream.end(0);
        runs.finish();
        assertThat(calls).hasSize(2).endsWith("flush");
        assertThat(output.messages()).hasSize(1);
        assertThat(output.sent().getLast().packet().getFinal$()).isTrue();
    }

    /** Holds the last message until the end. */
    private static NodeRun holding(NodeRun run, Deque<String> calls) {
        MessageHandler stage =
                new MessageHandler() {
                    private final PacketView packet = new PacketView();
                    private final DnsMessage message = new DnsMessage();

                    @Override
                    public void message(PacketView seen, DnsMessage parsed) {
                        packet.set(seen);
                        byte[] bytes = parsed.copy();
                        message.parse(bytes, 0, bytes.length, parsed.size());
                    }

                    @Override
                    public void tick(long seenUntilUs) {
                        calls.add("tick " + seenUntilUs);
                    }

                    @Override
                    public void flush() {
                        calls.add("flush");
                        run.messages().message(packet, message);
                    }
                };
        return new NodeRun(run.counters(), run.publisher(), stage);
    }

    @Test
    void inAFileTheMessagesTellTheTime() {
        runs = runs(true, false);
        DnstapStream stream = stream();
        for (int second = 0; second <= 3; second++) {
            see(stream, "ns1", START + second * SECOND);
        }
        stream.end(0);
        runs.finish();
        assertThat(watermarks("ns1"))
                .containsExactly(
                        START + SECOND - BEHIND,
                        START + 2 * SECOND - BEHIND,
                        START + 3 * SECOND - BEHIND);
        assertThat(output.watermarks().getLast().getFinal$()).isTrue();
    }
}
