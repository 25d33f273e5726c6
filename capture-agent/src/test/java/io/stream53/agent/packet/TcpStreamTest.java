package io.stream53.agent.packet;

import static io.stream53.fixtures.Frames.lengthPrefixed;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.TcpConversation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the segments of one connection; each test ends with the ledger balanced. */
class TcpStreamTest {
    private static final byte[] ONE = query(1);
    private static final byte[] TWO = query(2);
    private static final byte[] THREE = query(3);
    private static final byte[] STREAM = lengthPrefixed(ONE, TWO, THREE);
    private static final int END_OF_ONE = 2 + ONE.length;
    private static final int END_OF_TWO = 2 * END_OF_ONE;

    private final TcpHarness at = new TcpHarness();
    private final TcpConversation tcp = new TcpConversation(TcpHarness.CLIENT, TcpHarness.SERVER);

    private static byte[] query(int id) {
        return DnsMessageBuilder.query(id, "q" + id + ".example.com", DnsMessageBuilder.A).bytes();
    }

    private static byte[] response(int id) {
        return DnsMessageBuilder.response(id, "q" + id + ".example.com", DnsMessageBuilder.A, 0)
                .answer(
                        "q" + id + ".example.com",
                        DnsMessageBuilder.A,
                        60,
                        DnsMessageBuilder.address("203.0.113.7"))
                .bytes();
    }

    private static byte[] part(int from, int to) {
        return Arrays.copyOfRange(STREAM, from, to);
    }

    private byte[] piece(int from, int to) {
        return tcp.clientAt(from, part(from, to));
    }

    private TcpHarness open() {
        return at.packets(tcp.syn(), tcp.synAck(), tcp.ack());
    }

    private void assertSeen(Integer... ids) {
        assertThat(at.ids()).containsExactly(ids);
    }

    private void assertLost(long segments) {
        at.finish();
        assertThat(at.losses())
                .isEqualTo(segments == 0 ? Map.of() : Map.of("tcpSegment", segments));
    }

    @AfterEach
    void ledgerAddsUp() {
        at.finish();
        assertThat(at.seen)
                .allMatch(seen -> seen.defect().isEmpty() || seen.captured() < seen.size());
    }

    @Test
    void readsSeveralMessagesOfASegment() {
        open().packets(tcp.client(STREAM));

        assertSeen(1, 2, 3);
        assertLost(0);
    }

    @Test
    void readsAMessageInAnyTwoSegments() {
        for (int split = 1; split < STREAM.length; split++) {
            TcpHarness each = new TcpHarness();
            each.packets(tcp.syn(), piece(0, split));
            each.after(3).packets(piece(split, STREAM.length)).finish();

            assertThat(each.ids()).as("split at %d", split).containsExactly(1, 2, 3);
            assertThat(each.losses()).isEmpty();
        }
    }

    @Test
    void readsAMessageThatComesByteByByte() {
        open();
        for (int i = 0; i < STREAM.length; i++) {
            at.packets(piece(i, i + 1));
        }

        assertSeen(1, 2, 3);
        assertLost(0);
    }

    @Test
    void takesTheTimeOfTheSegmentThatCompletesTheMessage() {
        open().packets(piece(0, 20));
        long before = at.nowUs;
        at.after(7).packets(piece(20, STREAM.length));

        assertThat(at.seen).extracting(TcpHarness.Seen::timeUs).containsOnly(before + 7000);
    }

    @Test
    void takesTheTimeOfTheSegmentThatFillsTheHole() {
        open().packets(piece(END_OF_ONE, STREAM.length));
        long before = at.nowUs;
        at.after(7).packets(piece(0, END_OF_ONE));

        assertThat(at.seen).extracting(TcpHarness.Seen::timeUs).containsOnly(before + 7000);
        assertSeen(1, 2, 3);
    }

    /** A capture that falls silent goes on to send watermarks; none may be overtaken at its end. */
    @Test
    void whatWaitedBehindAHoleAtTheEndBearsNoTimeBeforeThatReachedWithoutFrames() {
        open().packets(piece(END_OF_ONE, STREAM.length));
        long reached = at.nowUs + 600_000_000;
        at.decoder.finish(reached);

        assertThat(at.seen).isNotEmpty();
        assertThat(at.seen)
                .extracting(TcpHarness.Seen::timeUs)
                .containsOnly(reached - FlowOutput.MAX_LAG_US);
    }

    @Test
    void putsSegmentsInOrder() {
        open().packets(piece(60, STREAM.length), piece(30, 60), piece(10, 30), piece(0, 10));

        assertSeen(1, 2, 3);
        assertLost(0);
    }

    @Test
    void countsNothingTwiceThatIsSentAgain() {
        open().packets(piece(0, 50), piece(0, 50), piece(20, 60), piece(0, 60));
        at.packets(piece(40, STREAM.length), piece(0, STREAM.length));

        assertSeen(1, 2, 3);
        assertThat(at.ignored()).isEqualTo(3 + 3);
        assertLost(0);
    }

    @Test
    void keepsTheFirstBytesOfAnOverlap() {
        byte[] garbage = {'Z', 'Z', 'Z', 'Z', 'Z', 'Z', 'Z', 'Z'};
        // bytes 24 to 30 came right first, 20 to 24 wrong first
        open().packets(piece(24, 30), tcp.clientAt(20, garbage));
        at.packets(piece(0, 20), piece(20, STREAM.length));

        assertThat(at.seen)
                .extracting(TcpHarness.Seen::name)
                .containsExactly("q1.exzzzze.com", "q2.example.com", "q3.example.com");
        assertLost(0);
    }

    @Test
    void goesOnBeyondTheEndOfTheNumbers() {
        for (int back = 0; back < STREAM.length + 2; back++) {
            TcpConversation wrapping =
                    new TcpConversation(
                            TcpHarness.CLIENT,
                            TcpHarness.SERVER,
                            0x1_0000_0000L - back,
                            0x7fff_fffe);
            TcpHarness each = new TcpHarness();
            each.packets(
                    wrapping.syn(),
                    wrapping.clientAt(50, part(50, STREAM.length)),
                    wrapping.clientAt(20, part(20, 50)),
                    wrapping.clientAt(0, part(0, 30)));
            each.finish();
            assertThat(each.ids()).as("%d before the end", back).containsExactly(1, 2, 3);
            assertThat(each.losses()).isEmpty();
        }
    }

    @Test
    void readsFastOpen() {
        at.packets(tcp.syn(lengthPrefixed(ONE)), tcp.synAck(), tcp.client(lengthPrefixed(TWO)));

        assertSeen(1, 2);
        assertLost(0);
    }

    @Test
    void readsPipelinedQueriesAndResponsesInAnotherOrder() {
        open().packets(
                        tcp.client(lengthPrefixed(ONE, TWO)),
                        tcp.server(lengthPrefixed(response(2))));
        at.packets(tcp.server(lengthPrefixed(response(1))));

        assertThat(at.recorder.seen)
                .containsExactly(
                        "tcp 192.0.2.1:40000 > 198.51.100.53:53 #1 query q1.example.com",
                        "tcp 192.0.2.1:40000 > 198.51.100.53:53 #2 query q2.example.com",
                        "tcp 192.0.2.1:40000 > 198.51.100.53:53 #2 response q2.example.com",
                        "tcp 192.0.2.1:40000 > 198.51.100.53:53 #1 response q1.example.com");
    }

    @Test
    void readsOneDirectionAlone() {
        at.packets(tcp.syn(), tcp.client(part(0, 30)), tcp.clientAt(30, part(30, STREAM.length)));

        assertSeen(1, 2, 3);
    }

    @Test
    void ignoresKeepAlivesAndBareSegments() {
        open().packets(tcp.client(STREAM), tcp.serverAck());
        at.packets(tcp.clientAt(STREAM.length - 1, Frames.ACK, (byte) 0));
        at.packets(tcp.clientAt(STREAM.length - 1, Frames.ACK, (byte) 7), tcp.serverAck());

        assertSeen(1, 2, 3);
        assertThat(at.ignored()).isEqualTo(3 + 4);
        assertLost(0);
    }

    @Test
    void usesTheByteOfAZeroWindowProbe() {
        open().packets(piece(0, 30), tcp.clientAt(30, Frames.ACK, STREAM[30]));
        at.packets(tcp.clientAt(30, Frames.ACK, STREAM[30]), piece(31, STREAM.length));

        assertSeen(1, 2, 3);
        assertLost(0);
    }

    @Test
    void readsDataThatComesWithFin() {
        open().packets(
                        tcp.clientAt(0, Frames.FIN | Frames.ACK, lengthPrefixed(ONE)),
                        tcp.serverAt(0, Frames.FIN | Frames.ACK, lengthPrefixed(response(1))));

        assertSeen(1, 1);
        assertLost(0);
    }

    @Test
    void dropsAtFinWhatNeverBecameAMessage() {
        open().packets(piece(0, END_OF_ONE + 5), piece(END_OF_ONE + 5, END_OF_ONE + 9));
        assertThat(at.losses()).isEmpty();
        at.packets(tcp.clientAt(END_OF_ONE + 9, Frames.FIN | Frames.ACK));

        assertSeen(1);
        assertThat(at.losses()).isEqualTo(Map.of("tcpSegment", 2L));
        assertLost(2);
    }

    @Test
    void dropsAtAResetWhatNeverBecameAMessageAndIgnoresItsText() {
        open().packets(tcp.client(part(0, 20)));
        at.packets(tcp.clientAt(20, Frames.RST, "go away".getBytes(StandardCharsets.UTF_8)));

        assertThat(at.losses()).isEqualTo(Map.of("tcpSegment", 1L));
        assertThat(at.ignored()).isEqualTo(4);
        assertLost(1);
    }

    @Test
    void readsAnotherConnectionBetweenTheSamePorts() {
        open().packets(tcp.client(part(0, 20)));
        TcpConversation other =
                new TcpConversation(TcpHarness.CLIENT, TcpHarness.SERVER, 900_000, 800_000);
        at.packets(other.syn(), other.synAck(), other.client(lengthPrefixed(TWO)));

        assertSeen(2);
        assertLost(1);
    }

    @Test
    void forgetsAConnectionInWhichNothingHappens() {
        open().packets(tcp.client(part(0, 20)));
        at.after(59_000).packets(Frames.udp(TcpHarness.CLIENT, TcpHarness.SERVER, ONE));
        assertThat(at.losses()).isEmpty();
        at.after(2_000).packets(Frames.udp(TcpHarness.CLIENT, TcpHarness.SERVER, ONE));

        assertThat(at.losses()).isEqualTo(Map.of("tcpSegment", 1L));
        assertLost(1);
    }

    @Test
    void beginsInTheMiddleOfAConnectionAtAMessage() {
        at.packets(piece(0, END_OF_TWO), piece(END_OF_TWO, END_OF_TWO + 20));
        at.packets(piece(END_OF_TWO + 20, STREAM.length));

        assertSeen(1, 2, 3);
        assertLost(0);
    }

    @Test
    void beginsInTheMiddleWithALengthAloneAndAMessageInParts() {
        at.packets(piece(0, 2), piece(2, 8), piece(8, 20));
        assertThat(at.seen).isEmpty();
        at.packets(piece(20, STREAM.length));

        assertSeen(1, 2, 3);
        assertLost(0);
    }

    @Test
    void dropsWhatBeginsInTheMiddleOfAMessage() {
        at.packets(piece(9, END_OF_ONE), piece(END_OF_ONE, END_OF_TWO));

        assertSeen(2);
        assertLost(1);
    }

    @Test
    void findsTheNextMessageBehindAHoleInOneWithoutAHeuristic() {
        // the rest of one, two and three come in one segment that no length leads into
        open().packets(piece(0, 10), piece(15, STREAM.length));
        assertThat(at.seen).isEmpty();
        at.after(2500).packets(tcp.clientAt(STREAM.length, lengthPrefixed(ONE)));

        assertSeen(2, 3, 1);
        assertLost(2);
    }

    @Test
    void findsTheNextPlausibleMessageBehindAHoleOfUnknownContent() {
        open().packets(
                        piece(0, 10),
                        piece(END_OF_ONE + 5, END_OF_TWO),
                        piece(END_OF_TWO, STREAM.length));
        at.finish();

        assertSeen(3);
        assertLost(2);
    }

    @Test
    void givesUpAHoleThatTheOtherEndHasAcknowledged() {
        open().packets(piece(0, END_OF_ONE), piece(END_OF_TWO, STREAM.length));
        long arrived = at.nowUs;
        assertSeen(1);
        tcp.client(STREAM);
        at.packets(tcp.serverAck());
        assertSeen(1);
        at.after(10).packets(tcp.serverAck());

        assertSeen(1, 3);
        assertThat(at.seen.getLast().timeUs()).isEqualTo(arrived);
        assertLost(0);
    }

    @Test
    void givesUpAHoleAfterTwoSecondsOfAnyTraffic() {
        open().packets(piece(END_OF_ONE, STREAM.length));
        at.after(1900).packets(Frames.udp(TcpHarness.SERVER, TcpHarness.CLIENT, response(9)));
        assertSeen(9);
        at.after(200).packets(Frames.udp(TcpHarness.SERVER, TcpHarness.CLIENT, response(8)));

        assertSeen(9, 2, 3, 8);
        // not so old that it comes behind a watermark
        assertThat(at.seen.get(1).timeUs()).isEqualTo(at.nowUs - FlowOutput.MAX_LAG_US);
        assertLost(0);
    }

    @Test
    void dropsWhatComesToAHoleThatWasGivenUp() {
        open().packets(piece(END_OF_ONE, STREAM.length));
        at.after(2500).packets(piece(0, END_OF_ONE));

        assertSeen(2, 3);
        assertLost(1);
    }

    @Test
    void givesUpAHoleWhenTooMuchWaitsBehindIt() {
        open();
        byte[] many = lengthPrefixed(TWO);
        for (int i = 0; i <= TcpStream.MAX_WAITING_SEGMENTS; i++) {
            at.packets(tcp.clientAt(END_OF_ONE + (long) i * many.length, many));
        }

        assertThat(at.seen).hasSize(TcpStream.MAX_WAITING_SEGMENTS + 1);
        assertLost(0);
    }

    @Test
    void beginsAnewFarAway() {
        open().packets(piece(0, 20), tcp.clientAt(100L << 20, lengthPrefixed(TWO)));
        at.packets(tcp.clientAt(20, part(20, STREAM.length)));

        assertSeen(2);
        assertLost(2);
    }

    @Test
    void handsOnAMessageThatTheCaptureCut() {
        open();
        byte[] packet = tcp.client(lengthPrefixed(ONE));
        at.cut(packet, packet.length - 9).packets(tcp.client(lengthPrefixed(TWO)));

        assertSeen(1, 2);
        assertThat(at.seen.getFirst().defect()).isEqualTo("cut");
        assertThat(at.seen.getFirst().size()).isEqualTo(ONE.length);
        assertLost(0);
    }

    @Test
    void handsOnAMessageOfSeveralSegmentsThatTheCaptureCut() {
        open();
        byte[] first = tcp.client(part(0, 20));
        at.cut(first, first.length - 2);
        at.packets(piece(20, STREAM.length));

        assertSeen(1, 2, 3);
        assertThat(at.seen.getFirst().captured()).isEqualTo(16);
        assertThat(at.seen.getFirst().defect()).isEqualTo("cut");
        assertLost(0);
    }

    @Test
    void findsTheNextMessageAfterALengthThatTheCaptureCut() {
        byte[] packet = tcp.client(part(0, END_OF_TWO));
        open().cut(packet, packet.length - END_OF_ONE + 1);
        at.packets(piece(END_OF_TWO, STREAM.length));
        at.finish();

        assertSeen(1, 3);
        assertThat(at.losses()).isEqualTo(Map.of("cutHeaders", 1L));
    }

    @Test
    void dropsAMessageWithoutAHeaderAndGoesOn() {
        open().packets(tcp.client(lengthPrefixed(new byte[11], TWO)));
        at.finish();

        assertSeen(2);
        assertThat(at.losses()).isEqualTo(Map.of("shortHeader", 1L));
    }

    @Test
    void countsASegmentOnceThatLosesPartsOfTwoMessages() {
        // the end of a lost message, and the beginning of one that never ends
        open().packets(piece(0, 10), piece(15, END_OF_ONE + 5));
        at.finish();

        assertSeen();
        assertLost(2);
    }
}
