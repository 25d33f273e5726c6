package io.stream53.agent.packet;

import static io.stream53.fixtures.Frames.lengthPrefixed;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.TcpConversation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The round trip of a connection's handshake, wherever the capture stands. */
class HandshakesTest {
    private static final byte[] QUERY =
            lengthPrefixed(DnsMessageBuilder.query(7, "example.com", DnsMessageBuilder.A).bytes());
    private static final byte[] RESPONSE =
            lengthPrefixed(
                    DnsMessageBuilder.response(7, "example.com", DnsMessageBuilder.A, 3).bytes());

    private final TcpHarness at = new TcpHarness();
    private final TcpConversation tcp =
            new TcpConversation(TcpHarness.CLIENT, TcpHarness.SERVER, 0, 0x8000_0000L);

    private List<Integer> roundTrips() {
        at.packets(tcp.client(QUERY), tcp.server(RESPONSE), tcp.client(QUERY)).finish();
        return at.seen.stream().map(TcpHarness.Seen::roundTripUs).toList();
    }

    @Test
    void isTheSameAtEitherEndAndBetween() {
        for (int near = 0; near <= 20; near += 10) {
            TcpHarness each = new TcpHarness();
            TcpConversation one = new TcpConversation(TcpHarness.CLIENT, TcpHarness.SERVER);
            each.packets(one.syn()).after(near).packets(one.synAck()).after(20 - near);
            each.packets(one.ack()).after(500).packets(one.client(QUERY), one.server(RESPONSE));

            assertThat(each.seen)
                    .extracting(TcpHarness.Seen::roundTripUs)
                    .containsExactly(20_000, 20_000);
        }
    }

    @Test
    void isKnownFromAQueryThatEndsTheHandshake() {
        at.packets(tcp.syn()).after(8).packets(tcp.synAck()).after(1);

        assertThat(roundTrips()).containsExactly(9000, 9000, 9000);
    }

    @Test
    void isUnknownInTheMessageOfAFastOpenAndKnownAfterIt() {
        at.packets(tcp.syn(QUERY)).after(4).packets(tcp.synAck()).after(1).packets(tcp.ack());
        at.packets(tcp.server(RESPONSE)).finish();

        assertThat(at.seen)
                .extracting(TcpHarness.Seen::roundTripUs)
                .containsExactly(PacketView.NO_ROUND_TRIP, 5000);
    }

    @Test
    void isUnknownAfterARepeatedSyn() {
        at.packets(tcp.syn()).after(1000).packets(tcp.syn()).after(8).packets(tcp.synAck());
        at.packets(tcp.ack());

        assertThat(roundTrips()).containsOnly(PacketView.NO_ROUND_TRIP);
    }

    @Test
    void isUnknownAfterARepeatedSynAck() {
        at.packets(tcp.syn(), tcp.synAck()).after(1000).packets(tcp.synAck(), tcp.ack());

        assertThat(roundTrips()).containsOnly(PacketView.NO_ROUND_TRIP);
    }

    @Test
    void isUnknownWhenOneOfTheThreeIsMissing() {
        at.packets(tcp.syn()).after(8).packets(tcp.ack());
        assertThat(roundTrips()).containsOnly(PacketView.NO_ROUND_TRIP);
        at.seen.clear();

        TcpHarness other = new TcpHarness();
        other.packets(tcp.synAck()).after(8).packets(tcp.ack(), tcp.client(QUERY));
        assertThat(other.seen)
                .extracting(TcpHarness.Seen::roundTripUs)
                .containsOnly(PacketView.NO_ROUND_TRIP);
    }

    @Test
    void isThatOfTheNewConnectionBetweenTheSamePorts() {
        at.packets(tcp.syn()).after(8).packets(tcp.synAck(), tcp.ack(), tcp.client(QUERY));
        TcpConversation next =
                new TcpConversation(TcpHarness.CLIENT, TcpHarness.SERVER, 90_000, 70_000);
        at.packets(next.syn()).after(3).packets(next.synAck(), next.ack(), next.client(QUERY));

        assertThat(at.seen).extracting(TcpHarness.Seen::roundTripUs).containsExactly(8000, 3000);
    }
}
