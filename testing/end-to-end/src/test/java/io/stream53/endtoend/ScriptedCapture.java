package io.stream53.endtoend;

import static io.stream53.fixtures.DnsMessageBuilder.A;
import static io.stream53.fixtures.DnsMessageBuilder.AAAA;
import static io.stream53.fixtures.DnsMessageBuilder.AXFR;
import static io.stream53.fixtures.DnsMessageBuilder.address;
import static io.stream53.fixtures.DnsMessageBuilder.message;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.ledger.ProcessorCounter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A capture of 90 seconds around midnight UTC whose every count is known beforehand: each scenario
 * writes its frames and says what must come of them. Nothing here is computed by the code under
 * test.
 */
final class ScriptedCapture {
    private static final InetSocketAddress SERVER = Frames.socket("192.0.2.53", 53);
    private static final InetSocketAddress SERVER6 = Frames.socket("2001:db8::53", 53);
    private static final long SECOND = 1_000_000;
    private static final int NXDOMAIN = 3;
    private static final int SERVFAIL = 2;

    /** One frame and its time in microseconds from the start. */
    private record Timed(long us, byte[] frame) {}

    private final List<Timed> frames = new ArrayList<>();
    private final Map<ProcessorCounter, Long> expected = new EnumMap<>(ProcessorCounter.class);
    private int client;

    ScriptedCapture() {
        for (int i = 0; i < 400; i++) {
            answered(i * SECOND / 5);
        }
        for (int i = 0; i < 20; i++) {
            long at = 4L * i * SECOND + 100;
            unanswered(at);
            retransmitted(at + 1);
            retransmittedAndUnanswered(at + 2);
            late(at + 3);
            mismatchedThenAnswered(at + 4);
            duplicated(at + 5);
            idReusedForAnotherQuestion(at + 6);
            idReusedAfterTheAnswer(at + 7);
            responseBeforeQuery(at + SECOND);
            unsolicited(at + 9);
        }
        acrossMidnight();
        transfer(30 * SECOND);
        transfer(84 * SECOND);
        oneWay(50 * SECOND);
        answered(90 * SECOND);
    }

    /** The counters that must come out, all others are zero. */
    Map<ProcessorCounter, Long> expected() {
        return expected;
    }

    /** Frames in the capture; every one holds exactly one message. */
    long messages() {
        return frames.size();
    }

    /** Writes the capture as if it had begun so many seconds before midnight of this time's day. */
    Path write(Path file, Instant start) {
        PcapWriter pcap = new PcapWriter(PcapWriter.ETHERNET);
        long startUs = start.getEpochSecond() * SECOND;
        frames.stream()
                .sorted(Comparator.comparingLong(Timed::us))
                .forEach(timed -> pcap.frame(startUs + timed.us, Frames.ethernet(timed.frame)));
        return pcap.writeTo(file);
    }

    // --- scenarios ------------------------------------------------------------------------------

    private void answered(long at) {
        int n = ++client;
        String name =
                "host%d.example.%s".formatted(n, List.of("com", "net", "de", "co.uk").get(n % 4));
        InetSocketAddress from =
                n % 5 == 0
                        ? Frames.socket("2001:db8:1::" + Integer.toHexString(n), 4000)
                        : client(n);
        InetSocketAddress server = n % 5 == 0 ? SERVER6 : SERVER;
        DnsMessageBuilder answer =
                switch (n % 7) {
                    case 0 -> response(n, name, A, NXDOMAIN);
                    case 1 -> response(n, name, A, SERVFAIL);
                    default -> response(n, name, A, 0).answer(name, A, 300, address("203.0.113.1"));
                };
        send(at, from, server, query(n, name, A));
        send(at + 1500 + n, server, from, answer);
        expect(1, 1);
        add(ProcessorCounter.ANSWERED, 1);
    }

    private void unanswered(long at) {
        int n = ++client;
        send(at, client(n), SERVER, query(n, "silent.example.org", A));
        expect(1, 0);
        add(ProcessorCounter.UNANSWERED, 1);
    }

    private void retransmitted(long at) {
        int n = ++client;
        send(at, client(n), SERVER, query(n, "again.example.org", A));
        send(at + SECOND, client(n), SERVER, query(n, "AGAIN.example.org", A));
        send(at + SECOND + 900, SERVER, client(n), response(n, "again.example.org", A, 0));
        expect(2, 1);
        add(ProcessorCounter.RETRANSMISSIONS, 1);
        add(ProcessorCounter.ANSWERED, 1);
    }

    private void retransmittedAndUnanswered(long at) {
        int n = ++client;
        for (int i = 0; i < 3; i++) {
            send(at + i * SECOND, client(n), SERVER, query(n, "never.example.org", A));
        }
        expect(3, 0);
        add(ProcessorCounter.RETRANSMISSIONS, 2);
        add(ProcessorCounter.UNANSWERED, 1);
    }

    private void late(long at) {
        int n = ++client;
        send(at, client(n), SERVER, query(n, "slow.example.org", A));
        send(at + 6 * SECOND, SERVER, client(n), response(n, "slow.example.org", A, 0));
        expect(1, 1);
        add(ProcessorCounter.UNANSWERED, 1);
        add(ProcessorCounter.LATE, 1);
    }

    private void mismatchedThenAnswered(long at) {
        int n = ++client;
        send(at, client(n), SERVER, query(n, "bank.example.org", A));
        send(at + 300, SERVER, client(n), response(n, "evil.example.org", A, 0));
        send(at + 900, SERVER, client(n), response(n, "bank.example.org", A, 0));
        expect(1, 2);
        add(ProcessorCounter.MISMATCHED, 1);
        add(ProcessorCounter.ANSWERED, 1);
    }

    private void duplicated(long at) {
        int n = ++client;
        send(at, client(n), SERVER, query(n, "twice.example.org", A));
        send(at + 800, SERVER, client(n), response(n, "twice.example.org", A, 0));
        send(at + 1600, SERVER, client(n), response(n, "twice.example.org", A, 0));
        expect(1, 2);
        add(ProcessorCounter.ANSWERED, 1);
        add(ProcessorCounter.DUPLICATE_RESPONSES, 1);
    }

    private void idReusedForAnotherQuestion(long at) {
        int n = ++client;
        send(at, client(n), SERVER, query(n, "both.example.org", A));
        send(at + 100, client(n), SERVER, query(n, "both.example.org", AAAA));
        send(at + 700, SERVER, client(n), response(n, "both.example.org", AAAA, 0));
        send(at + 800, SERVER, client(n), response(n, "both.example.org", A, 0));
        expect(2, 2);
        add(ProcessorCounter.ANSWERED, 2);
    }

    private void idReusedAfterTheAnswer(long at) {
        int n = ++client;
        for (int i = 0; i < 2; i++) {
            send(at + i * SECOND, client(n), SERVER, query(n, "same.example.org", A));
            send(at + i * SECOND + 500, SERVER, client(n), response(n, "same.example.org", A, 0));
        }
        expect(2, 2);
        add(ProcessorCounter.ANSWERED, 2);
    }

    private void responseBeforeQuery(long at) {
        int n = ++client;
        send(at, SERVER, client(n), response(n, "early.example.org", A, 0));
        send(at + 50_000, client(n), SERVER, query(n, "early.example.org", A));
        expect(1, 1);
        add(ProcessorCounter.ANSWERED, 1);
    }

    private void unsolicited(long at) {
        int n = ++client;
        send(at, SERVER, client(n), response(n, "nobody.example.org", A, 0));
        expect(0, 1);
        add(ProcessorCounter.UNSOLICITED, 1);
    }

    private void acrossMidnight() {
        int n = ++client;
        long midnight = 45 * SECOND;
        send(midnight - 40_000, client(n), SERVER, query(n, "midnight.example.org", A));
        send(midnight + 40_000, SERVER, client(n), response(n, "midnight.example.org", A, 0));
        expect(1, 1);
        add(ProcessorCounter.ANSWERED, 1);
    }

    private void transfer(long at) {
        int n = ++client;
        InetSocketAddress from = client(n);
        byte[] soa = DnsMessageBuilder.soa("ns1.example.org", "hostmaster.example.org", 1);
        sendTcp(at, from, SERVER, 1, query(n, "example.org", AXFR));
        sendTcp(
                at + 1000,
                SERVER,
                from,
                1,
                response(n, "example.org", AXFR, 0).answer("example.org", 6, 300, soa));
        sendTcp(
                at + 2000,
                SERVER,
                from,
                2000,
                message(n).flags(0x8400).answer("a.example.org", A, 300, address("203.0.113.2")));
        sendTcp(
                at + 3 * SECOND,
                SERVER,
                from,
                4000,
                message(n).flags(0x8400).answer("example.org", 6, 300, soa));
        expect(1, 3);
        add(ProcessorCounter.ANSWERED, 1);
        add(ProcessorCounter.TRANSFER_RESPONSES, 2);
    }

    /** DSO unidirectional (RFC 8490 section 5.4): id 0, no question, no response. */
    private void oneWay(long at) {
        int n = ++client;
        sendTcp(at, client(n), SERVER, 1, message(0).flags(6 << 11));
        expect(1, 0);
        add(ProcessorCounter.ONE_WAY, 1);
    }

    // --- frames and sums ------------------------------------------------------------------------

    private static InetSocketAddress client(int n) {
        return Frames.socket("198.51.100." + (1 + n % 250), 10_000 + n);
    }

    private void send(
            long at, InetSocketAddress from, InetSocketAddress to, DnsMessageBuilder message) {
        frames.add(new Timed(at, Frames.udp(from, to, message.bytes())));
    }

    private void sendTcp(
            long at,
            InetSocketAddress from,
            InetSocketAddress to,
            long sequence,
            DnsMessageBuilder message) {
        frames.add(
                new Timed(
                        at,
                        Frames.tcp(
                                from,
                                to,
                                Frames.PSH | Frames.ACK,
                                sequence,
                                Frames.lengthPrefixed(message.bytes()))));
    }

    private void expect(int queries, int responses) {
        add(ProcessorCounter.QUERIES, queries);
        add(ProcessorCounter.RESPONSES, responses);
        add(ProcessorCounter.PACKETS_READ, queries + responses);
    }

    private void add(ProcessorCounter counter, long count) {
        expected.merge(counter, count, Long::sum);
    }
}
