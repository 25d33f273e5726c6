package io.stream53.agent.dnstap;

import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.packet.PacketView;
import io.stream53.agent.packet.PacketView.Direction;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.ledger.DropReason;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnstapDecoderTest {
    private static final long TIME = 1_700_000_000_123_456L;
    private static final long RECEIVED = 42;
    private static final byte[] QUERY = query(7, "example.com", DnsMessageBuilder.A).bytes();
    private static final byte[] RESPONSE =
            response(7, "example.com", DnsMessageBuilder.A, 3).bytes();

    private final DnstapDecoder decoder = new DnstapDecoder(() -> RECEIVED);

    private @Nullable DropReason decode(byte[] frame) {
        byte[] within = new byte[frame.length + 20];
        System.arraycopy(frame, 0, within, 10, frame.length);
        return decoder.decode(within, 10, frame.length);
    }

    private void takes(TapFrame frame) {
        assertThat(decode(frame.bytes())).isNull();
    }

    private void drops(DropReason reason, TapFrame frame) {
        assertThat(decode(frame.bytes())).isEqualTo(reason);
    }

    private String ends() {
        PacketView packet = decoder.packet();
        return "%s:%d > %s:%d"
                .formatted(
                        address(packet, packet.clientOffset()),
                        packet.clientPort(),
                        address(packet, packet.serverOffset()),
                        packet.serverPort());
    }

    private static String address(PacketView packet, int at) {
        try {
            return InetAddress.getByAddress(
                            Arrays.copyOfRange(packet.addresses(), at, at + packet.addressBytes()))
                    .getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aQueryIsWhatAPacketWouldHaveGiven() {
        takes(TapFrame.client(false, TIME, QUERY).identity("ns1"));
        assertThat(ends()).isEqualTo("198.51.100.7:4000 > 192.0.2.53:53");
        assertThat(decoder.packet().timestampUs()).isEqualTo(TIME);
        assertThat(decoder.packet().isResponse()).isFalse();
        assertThat(decoder.packet().ipTtl()).isEqualTo(-1);
        assertThat(decoder.message().questionName()).isEqualTo("example.com");
        assertThat(decoder.message().size()).isEqualTo(QUERY.length);
        assertThat(decoder.identityLength()).isEqualTo(3);
    }

    @Test
    void aResponseGoesToTheSameClientAtItsOwnTime() {
        takes(TapFrame.client(true, TIME, RESPONSE).time(8, TIME - 900).bytes(10, QUERY));
        assertThat(ends()).isEqualTo("198.51.100.7:4000 > 192.0.2.53:53");
        assertThat(decoder.packet().timestampUs()).isEqualTo(TIME);
        assertThat(decoder.packet().isResponse()).isTrue();
        assertThat(decoder.message().rcode()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "1, UDP, dns",
        "2, TCP, dns",
        "3, TCP, dot",
        "4, TCP, doh",
        "5, UDP, dnscrypt",
        "6, TCP, dnscrypt",
        "7, QUIC, doq",
    })
    void socketProtocolTellsTransportAndProtocol(int number, String transport, String protocol) {
        takes(TapFrame.client(false, TIME, QUERY).number(3, number));
        assertThat(decoder.packet().transport()).hasToString(transport);
        assertThat(decoder.packet().protocol()).isEqualTo(protocol);
    }

    @ParameterizedTest
    @CsvSource({
        "1, INBOUND",
        "3, OUTBOUND",
        "5, INBOUND",
        "7, OUTBOUND",
        "9, OUTBOUND",
        "11, OUTBOUND",
        "13, INBOUND",
    })
    void typeTellsTheDirectionOfQueriesAndOfTheirResponses(int type, Direction direction) {
        takes(TapFrame.of(type).bytes(10, QUERY));
        assertThat(decoder.packet().direction()).isEqualTo(direction);
        takes(TapFrame.of(type + 1).bytes(14, RESPONSE));
        assertThat(decoder.packet().direction()).isEqualTo(direction);
    }

    @Test
    void whatAServerLeavesOutIsZeroAndTheTimeOfReceipt() {
        takes(TapFrame.of(TapFrame.AUTH_QUERY).bytes(10, QUERY));
        assertThat(ends()).isEqualTo("0.0.0.0:0 > 0.0.0.0:0");
        assertThat(decoder.packet().timestampUs()).isEqualTo(RECEIVED);
        takes(TapFrame.of(TapFrame.AUTH_QUERY).number(2, 2).bytes(10, QUERY));
        assertThat(ends()).isEqualTo("0:0:0:0:0:0:0:0:0 > 0:0:0:0:0:0:0:0:0");
        takes(TapFrame.of(TapFrame.AUTH_QUERY).address(4, "2001:db8::1").bytes(10, QUERY));
        assertThat(ends()).isEqualTo("2001:db8:0:0:0:0:0:1:0 > 0:0:0:0:0:0:0:0:0");
        takes(TapFrame.of(TapFrame.AUTH_QUERY).address(5, "192.0.2.1").bytes(10, QUERY));
        assertThat(ends()).isEqualTo("0.0.0.0:0 > 192.0.2.1:0");
    }

    @Test
    void timesThatAreNoneCountAsLeftOut() {
        byte[][] none = {
            TapFrame.of(1).number(8, -1).bytes(10, QUERY).bytes(),
            TapFrame.of(1).number(8, 253_402_300_800L).bytes(10, QUERY).bytes(),
            TapFrame.of(1).number(8, 1_700_000_000).fixed32(9, -1).bytes(10, QUERY).bytes(),
            TapFrame.of(1).number(8, Long.MAX_VALUE).bytes(10, QUERY).bytes(),
        };
        for (byte[] frame : none) {
            assertThat(decode(frame)).isNull();
            assertThat(decoder.packet().timestampUs()).isEqualTo(RECEIVED);
        }
    }

    @Test
    void whatIsNoMessageIsMalformed() {
        DropReason malformed = DropReason.MALFORMED_DNSTAP;
        drops(malformed, TapFrame.of(TapFrame.CLIENT_QUERY).bytes(14, RESPONSE));
        drops(malformed, TapFrame.of(TapFrame.CLIENT_RESPONSE).bytes(10, QUERY));
        drops(malformed, TapFrame.of(0).bytes(10, QUERY));
        drops(malformed, TapFrame.of(15).bytes(10, QUERY));
        drops(malformed, TapFrame.of(1).number(3, 8).bytes(10, QUERY));
        drops(malformed, TapFrame.of(1).bytes(4, new byte[5]).bytes(10, QUERY));
        drops(malformed, TapFrame.of(1).bytes(4, new byte[3]).bytes(10, QUERY));
        drops(malformed, TapFrame.of(1).address(4, "192.0.2.1").address(5, "::1").bytes(10, QUERY));
        drops(malformed, TapFrame.of(1).number(6, 65_536).bytes(10, QUERY));
        drops(malformed, TapFrame.of(1).number(7, -1).bytes(10, QUERY));
        drops(malformed, TapFrame.of(1).bytes(10, new byte[65_536]));
        drops(malformed, TapFrame.of(1).number(10, 5));
        drops(malformed, TapFrame.of(1).bytes(1, QUERY).bytes(10, QUERY));
        assertThat(decode(TapFrame.of(1).bytes(10, QUERY).bytes(2))).isEqualTo(malformed);
        assertThat(decode(new byte[0])).isEqualTo(malformed);
        drops(DropReason.SHORT_HEADER, TapFrame.of(1).bytes(10, new byte[11]));
    }

    @Test
    void fieldsOfLaterVersionsAreSkipped() {
        takes(
                TapFrame.client(false, TIME, QUERY)
                        .number(16, 2)
                        .bytes(15, new byte[] {10, 1, 'x'})
                        .bytes(11, new byte[] {0})
                        .number(100_000, 3)
                        .fixed32(77, 9));
        assertThat(decoder.message().questionName()).isEqualTo("example.com");
    }

    @Test
    void cutAtEveryByteItIsMalformedUnlessOnlyUnneededFieldsAreGone() {
        byte[] frame = TapFrame.client(true, TIME, RESPONSE).identity("ns1").bytes();
        for (int length = 0; length < frame.length; length++) {
            assertThat(decode(Arrays.copyOf(frame, length))).isEqualTo(DropReason.MALFORMED_DNSTAP);
        }
    }

    @Test
    void mutatedFramesGiveAMessageOrADrop() {
        Random random = new Random(53);
        byte[] frame = TapFrame.client(true, TIME, RESPONSE).identity("ns1").bytes();
        int messages = 0;
        for (int round = 0; round < 100_000; round++) {
            byte[] bad = frame.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            if (decode(bad) == null) {
                messages++;
                PacketView packet = decoder.packet();
                assertThat(packet.clientPort()).isBetween(0, 65_535);
                assertThat(packet.addressBytes()).isIn(4, 16);
                assertThat(packet.timestampUs()).isBetween(0L, 253_402_300_800_000_000L);
                assertThat(decoder.message().size()).isBetween(12, frame.length);
                assertThat(decoder.identity() + decoder.identityLength())
                        .isLessThanOrEqualTo(frame.length + 10);
            }
        }
        assertThat(messages).isBetween(1_000, 99_000);
    }

    @Test
    void identitiesBecomeNamesThatCanBeUsed() {
        assertThat(name("ns1.example")).isEqualTo("ns1.example");
        assertThat(name("a\u0000b\nc\u202e\u2028d")).isEqualTo("a?b?c??d");
        assertThat(name("é".repeat(200))).isEqualTo("é".repeat(127));
        assertThat(name("x".repeat(5000))).isEqualTo("x".repeat(255));
        assertThat(name("  ")).isEmpty();
        byte[] latin1 = {'n', (byte) 0xff, 's'};
        assertThat(NodeName.of(latin1, 0, 3, 255)).isEqualTo("n\ufffds");
    }

    private static String name(String identity) {
        byte[] bytes = identity.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return NodeName.of(bytes, 0, bytes.length, NodeName.MAX_BYTES);
    }
}
