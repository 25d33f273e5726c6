package io.stream53.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.TcpConversation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for any stream of messages, however it is cut, mixed up, repeated and lost. */
class TcpPropertyTest {
    private static final int ROUNDS = 400;

    /** A part of the stream, as a segment carries it. */
    private record Part(int from, int to) {}

    private static byte[] message(Random random, int id) {
        DnsMessageBuilder builder =
                DnsMessageBuilder.query(id, "n" + id + ".example", DnsMessageBuilder.TXT);
        if (random.nextInt(3) == 0) {
            for (int i = random.nextInt(6); i > 0; i--) {
                byte[] data = new byte[random.nextInt(1, 900)];
                random.nextBytes(data);
                builder.additional("x.example", 65_280, 1, 60, data);
            }
        }
        return builder.bytes();
    }

    private static List<byte[]> messages(Random random) {
        List<byte[]> messages = new ArrayList<>();
        for (int id = random.nextInt(1, 20); id > 0; id--) {
            messages.add(message(random, id));
        }
        return messages;
    }

    private static List<Part> cut(Random random, int length) {
        List<Part> parts = new ArrayList<>();
        int most = random.nextInt(3) == 0 ? 8 : 1400;
        for (int at = 0; at < length; ) {
            int end = Math.min(length, at + random.nextInt(1, most));
            parts.add(new Part(at, end));
            at = end;
        }
        return parts;
    }

    /** Each part stays within a few places of its own, so that it comes before it is given up. */
    private static List<Part> mixed(Random random, List<Part> parts) {
        List<Part> mixed = new ArrayList<>(parts);
        for (int i = 0; i < mixed.size(); i++) {
            int other = Math.min(mixed.size() - 1, i + random.nextInt(6));
            Part part = mixed.get(i);
            mixed.set(i, mixed.get(other));
            mixed.set(other, part);
        }
        return mixed;
    }

    private static List<Part> repeated(Random random, List<Part> parts, int length) {
        List<Part> all = new ArrayList<>();
        for (Part part : parts) {
            all.add(part);
            if (random.nextInt(5) == 0) {
                int from = Math.max(0, part.from - random.nextInt(30));
                all.add(new Part(from, Math.min(length, part.to + random.nextInt(30))));
            }
        }
        return all;
    }

    private static TcpHarness run(Random random, byte[] stream, List<Part> parts, boolean syn) {
        TcpConversation tcp =
                new TcpConversation(
                        TcpHarness.CLIENT, TcpHarness.SERVER, random.nextInt() & 0xffff_ffffL, 77);
        TcpHarness at = new TcpHarness();
        if (syn) {
            at.packets(tcp.syn());
        }
        for (Part part : parts) {
            byte[] bytes = Arrays.copyOfRange(stream, part.from, part.to);
            at.packets(tcp.clientAt(part.from, bytes));
            at.nowUs += random.nextInt(300);
        }
        return at.finish();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyMessageComesOutOnceAndInOrder(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<byte[]> messages = messages(random);
            byte[] stream = Frames.lengthPrefixed(messages.toArray(new byte[0][]));
            List<Part> parts = cut(random, stream.length);
            parts = repeated(random, mixed(random, parts), stream.length);

            TcpHarness at = run(random, stream, parts, true);

            assertThat(at.seen)
                    .as("round %d", round)
                    .extracting(TcpHarness.Seen::bytes)
                    .containsExactlyElementsOf(messages);
            assertThat(at.losses()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void whatIsLostIsNeverReplacedByWhatWasNeverSent(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<byte[]> messages = messages(random);
            byte[] stream = Frames.lengthPrefixed(messages.toArray(new byte[0][]));
            List<Part> sent = cut(random, stream.length);
            List<Part> parts = new ArrayList<>(sent);
            int oneIn = random.nextInt(2, 12);
            parts.removeIf(part -> random.nextInt(oneIn) == 0);
            boolean syn = random.nextBoolean();

            TcpHarness at = run(random, stream, mixed(random, parts), syn);

            List<byte[]> left = new ArrayList<>(messages);
            for (TcpHarness.Seen seen : at.seen) {
                int found = indexOf(left, seen.bytes());
                assertThat(found).as("round %d: sent once, in this order", round).isNotNegative();
                left.subList(0, found + 1).clear();
            }
            assertLedger(at, messages, parts);
        }
    }

    private static int indexOf(List<byte[]> messages, byte[] message) {
        for (int i = 0; i < messages.size(); i++) {
            if (Arrays.equals(messages.get(i), message)) {
                return i;
            }
        }
        return -1;
    }

    /** A segment is a drop exactly when one of its bytes is in no message that came out. */
    private static void assertLedger(TcpHarness at, List<byte[]> messages, List<Part> parts) {
        boolean[] used = used(at, messages);
        long expected = parts.stream().filter(part -> !isUsed(used, part)).count();
        assertThat(at.losses())
                .isEqualTo(expected == 0 ? Map.of() : Map.of("tcpSegment", expected));
    }

    private static boolean[] used(TcpHarness at, List<byte[]> messages) {
        boolean[] used = new boolean[messages.stream().mapToInt(m -> m.length + 2).sum()];
        int from = 0;
        for (byte[] message : messages) {
            int end = from + 2 + message.length;
            int id = (message[0] & 0xff) << 8 | message[1] & 0xff;
            Arrays.fill(used, from, end, at.ids().contains(id));
            from = end;
        }
        return used;
    }

    private static boolean isUsed(boolean[] used, Part part) {
        for (int i = part.from; i < part.to; i++) {
            if (!used[i]) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void survivesAnySegments(long seed) {
        Random random = new Random(seed);
        TcpHarness at = new TcpHarness();
        TcpConversation tcp = new TcpConversation(TcpHarness.CLIENT, TcpHarness.SERVER);
        for (int i = 0; i < 60_000; i++) {
            List<byte[]> messages = List.of(message(random, i & 0xffff));
            byte[] stream = Frames.lengthPrefixed(messages.toArray(new byte[0][]));
            int from = random.nextInt(stream.length);
            byte[] payload = Arrays.copyOfRange(stream, from, random.nextInt(from, stream.length));
            long offset = random.nextInt(50) == 0 ? random.nextInt() : random.nextInt(3000);
            int flags = random.nextInt(10) == 0 ? random.nextInt(256) : Frames.ACK;
            byte[] packet =
                    random.nextBoolean()
                            ? tcp.clientAt(offset, flags, payload)
                            : tcp.serverAt(offset, flags, payload);
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                packet[random.nextInt(20, packet.length)] = (byte) random.nextInt(256);
            }
            at.cut(packet, random.nextInt(4) == 0 ? random.nextInt(packet.length) : packet.length);
            at.nowUs += random.nextInt(2000);
            assertThat(at.decoder.tcp().flows().used()).isLessThan(16 << 20);
        }
        at.finish();
        assertThat(at.decoder.tcp().flows().count()).isZero();
        assertThat(at.decoder.tcp().flows().used()).isZero();
    }
}
