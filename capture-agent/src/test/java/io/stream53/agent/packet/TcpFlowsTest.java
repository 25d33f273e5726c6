package io.stream53.agent.packet;

import static io.stream53.fixtures.Frames.lengthPrefixed;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.TcpConversation;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is kept of many connections, and what goes first when it is too much. */
class TcpFlowsTest {
    private static final int BYTES = 1 << 20;
    private static final byte[] QUERY =
            lengthPrefixed(DnsMessageBuilder.query(7, "example.com", DnsMessageBuilder.A).bytes());
    private static final byte[] HALF = Arrays.copyOf(QUERY, QUERY.length / 2);
    private static final byte[] REST = Arrays.copyOfRange(QUERY, HALF.length, QUERY.length);
    private static final byte[] RESPONSE =
            lengthPrefixed(
                    DnsMessageBuilder.response(7, "example.com", DnsMessageBuilder.A, 3).bytes());

    private final TcpHarness at =
            new TcpHarness(
                    new DecoderSettings(
                            Set.of(53), true, List.of(), BYTES, 30_000_000, 60_000_000));

    private static TcpConversation from(int number) {
        InetSocketAddress client =
                Frames.socket(
                        "10.%d.%d.%d".formatted(number >> 16, number >> 8 & 255, number & 255),
                        1024);
        return new TcpConversation(client, TcpHarness.SERVER, number * 7919L, number * 104_729L);
    }

    private TcpFlows flows() {
        return at.decoder.tcp().flows();
    }

    /** Connections that gave a query and a response, and wait for the rest of the next query. */
    private List<TcpConversation> good(int count) {
        List<TcpConversation> good = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TcpConversation tcp = from(1_000_000 + i);
            at.packets(tcp.syn(), tcp.synAck(), tcp.ack(), tcp.client(QUERY), tcp.server(RESPONSE));
            at.packets(tcp.client(HALF));
            good.add(tcp);
        }
        return good;
    }

    private void assertAllGoOn(List<TcpConversation> good) {
        int before = at.seen.size();
        for (TcpConversation tcp : good) {
            at.packets(tcp.client(REST));
        }
        assertThat(at.seen).hasSize(before + good.size());
        at.finish();
        assertThat(flows().used()).isZero();
    }

    @Test
    void synsAndBareSegmentsTakeNoMemory() {
        List<TcpConversation> good = good(50);
        long used = flows().used();
        for (int i = 0; i < 100_000; i++) {
            TcpConversation tcp = from(i);
            at.packets(tcp.syn(), tcp.synAck(), tcp.ack());
        }

        assertThat(flows().used()).isEqualTo(used);
        assertThat(flows().count()).isEqualTo(50);
        assertAllGoOn(good);
    }

    @Test
    void halfMessagesPushOutTheirOwnKind() {
        List<TcpConversation> good = good(50);
        for (int i = 0; i < 100_000; i++) {
            at.packets(from(i).client(HALF));
            assertThat(flows().used()).isLessThanOrEqualTo(BYTES);
        }

        assertThat(at.losses().get("reassemblyFull")).isGreaterThan(90_000);
        assertAllGoOn(good);
        assertThat(at.losses().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(100_000);
    }

    @Test
    void bytesBehindHolesPushOutTheirOwnKind() {
        List<TcpConversation> good = good(50);
        byte[] much = new byte[1400];
        for (int i = 0; i < 50_000; i++) {
            at.packets(from(i % 40).clientAt(i % 1000 * 1500L, much));
            assertThat(flows().used()).isLessThanOrEqualTo(BYTES);
        }

        assertAllGoOn(good);
    }

    @Test
    void claimsOfLongMessagesPushOutTheirOwnKind() {
        List<TcpConversation> good = good(50);
        byte[] claim = new byte[1400];
        claim[0] = (byte) 0xff;
        for (int i = 0; i < 20_000; i++) {
            TcpConversation tcp = from(i);
            at.packets(tcp.syn(), tcp.client(claim), tcp.client(claim));
            assertThat(flows().used()).isLessThanOrEqualTo(BYTES);
        }

        assertAllGoOn(good);
    }

    @Test
    void wholeQueriesOfNobodyGoBeforeAnsweredConnections() {
        List<TcpConversation> good = good(50);
        for (int i = 0; i < 20_000; i++) {
            at.packets(from(i).client(QUERY));
        }

        assertThat(at.seen).hasSize(100 + 20_000);
        assertThat(flows().used()).isLessThanOrEqualTo(BYTES);
        assertAllGoOn(good);
        assertThat(at.losses()).isEmpty();
    }

    @Test
    void knowsRepetitionsOfAClosedConnectionForAWhile() {
        TcpConversation tcp = from(1);
        at.packets(tcp.syn(), tcp.synAck(), tcp.ack(), tcp.client(QUERY), tcp.server(RESPONSE));
        at.packets(tcp.clientFin(), tcp.serverFin(), tcp.clientAt(0, QUERY));
        assertThat(at.seen).hasSize(2);
        assertThat(flows().count()).isOne();

        at.after(11_000).packets(Frames.udp(TcpHarness.CLIENT, TcpHarness.SERVER, new byte[12]));
        assertThat(flows().count()).isZero();
    }

    @Test
    void goesOnWhenTimeGoesBack() {
        at.nowUs = Long.MAX_VALUE / 2;
        at.packets(from(1).clientAt(9, QUERY), from(2).client(HALF));
        at.nowUs = 1_000_000;
        TcpConversation tcp = from(3);
        at.packets(tcp.syn(), tcp.clientAt(HALF.length, REST), tcp.clientAt(QUERY.length, QUERY));
        for (int i = 0; i < 30; i++) {
            at.after(100).packets(Frames.udp(TcpHarness.CLIENT, TcpHarness.SERVER, new byte[3]));
        }

        assertThat(at.ids()).containsExactly(7, 7);
        assertThat(at.seen.getLast().timeUs()).isLessThan(at.nowUs);
        assertThat(flows().count()).isOne();
    }

    @Test
    void readsWholeMessagesWithoutAllocating() {
        byte[] payload = QUERY;
        CaptureCounters counters = new CaptureCounters();
        long[] messages = {0};
        FrameDecoder decoder =
                new FrameDecoder(
                        DecoderSettings.of(Set.of(53)),
                        (packet, message) -> messages[0]++,
                        counters);
        TcpConversation tcp = from(1);
        byte[][] packets = new byte[20_000][];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = tcp.client(payload);
        }
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < packets.length; i++) {
            // the first opens the flow; class loading and the like is over after a few
            before = i == 10_000 ? threads.getCurrentThreadAllocatedBytes() : before;
            decoder.frame(packets[i], 0, packets[i].length, packets[i].length, i, PcapWriter.RAW);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(messages[0]).isEqualTo(packets.length);
        assertThat(allocated).isLessThan(10_000);
    }
}
