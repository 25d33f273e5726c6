package io.stream53.agent.packet;

import static io.stream53.fixtures.Frames.lengthPrefixed;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.packet.PacketView.TransferPart;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.TcpConversation;
import org.junit.jupiter.api.Test;

/** Which part of a zone transfer a message is, as its connection tells. */
class TransferIdsTest {
    private static final byte[] SOA = DnsMessageBuilder.soa("ns.example", "admin.example", 1);

    private final TcpHarness at = new TcpHarness();
    private final TcpConversation tcp = new TcpConversation(TcpHarness.CLIENT, TcpHarness.SERVER);

    private static byte[] query(int id, int type) {
        return lengthPrefixed(DnsMessageBuilder.query(id, "example", type).bytes());
    }

    private static byte[] response(int id, int type) {
        return lengthPrefixed(
                DnsMessageBuilder.response(id, "example", type, 0)
                        .answer("example", DnsMessageBuilder.SOA, 1, SOA)
                        .bytes());
    }

    private static byte[] withoutQuestion(int id) {
        return lengthPrefixed(
                DnsMessageBuilder.message(id)
                        .flags(0x8400)
                        .answer("example", DnsMessageBuilder.SOA, 1, SOA)
                        .bytes());
    }

    private void assertParts(TransferPart... parts) {
        assertThat(at.seen).extracting(TcpHarness.Seen::part).containsExactly(parts);
    }

    @Test
    void laterResponsesMayLookLikeFirstOnesAndFirstOnesLikeLater() {
        int ixfr = DnsMessageBuilder.IXFR;
        at.packets(
                tcp.syn(),
                tcp.client(query(1, ixfr)),
                tcp.server(response(1, ixfr)),
                tcp.server(response(1, ixfr)),
                tcp.client(query(2, DnsMessageBuilder.AXFR)),
                tcp.server(withoutQuestion(2)),
                tcp.server(withoutQuestion(1)));

        assertParts(
                TransferPart.UNKNOWN,
                TransferPart.FIRST,
                TransferPart.LATER,
                TransferPart.UNKNOWN,
                TransferPart.FIRST,
                TransferPart.LATER);
    }

    @Test
    void anIdThatIsUsedAgainIsAnotherTransferOrNone() {
        int axfr = DnsMessageBuilder.AXFR;
        at.packets(
                tcp.syn(),
                tcp.client(query(1, axfr)),
                tcp.server(response(1, axfr)),
                tcp.client(query(1, axfr)),
                tcp.server(response(1, axfr)),
                tcp.client(query(1, DnsMessageBuilder.SOA)),
                tcp.server(response(1, DnsMessageBuilder.SOA)));

        assertParts(
                TransferPart.UNKNOWN,
                TransferPart.FIRST,
                TransferPart.UNKNOWN,
                TransferPart.FIRST,
                TransferPart.UNKNOWN,
                TransferPart.UNKNOWN);
    }

    @Test
    void saysNothingWithoutTheQuery() {
        at.packets(tcp.server(response(1, DnsMessageBuilder.AXFR)), tcp.server(withoutQuestion(1)));

        assertParts(TransferPart.UNKNOWN, TransferPart.UNKNOWN);
    }

    @Test
    void remembersABoundedNumber() {
        at.packets(tcp.syn());
        for (int id = 0; id < 1000; id++) {
            at.packets(tcp.client(query(id, DnsMessageBuilder.AXFR)));
        }
        at.packets(tcp.server(withoutQuestion(0)), tcp.server(withoutQuestion(999)));

        assertThat(at.seen.subList(1000, 1002))
                .extracting(TcpHarness.Seen::part)
                .containsExactly(TransferPart.UNKNOWN, TransferPart.FIRST);
    }
}
