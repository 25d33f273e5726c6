package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.schema.DnsTransaction;
import io.stream53.schema.TldCount;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.datasketches.hll.HllSketch;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TallyTest {
    private static final String NOON = "2026-11-22T12:00:00Z";

    @Test
    void fillsEveryFigure() {
        Tally tally = new Tally();
        String[] codes = {
            "NOERROR", "NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "FORMERR", "NOTIMP", "BADVERS"
        };
        for (String code : codes) {
            tally.add(Transactions.answered(NOON, "x.com", code, 1_000_000, "192.0.2.1"));
        }
        DnsTransaction sampled = Transactions.unanswered(NOON, "x.com", 2);
        sampled.setSamplingRate(10);
        tally.add(sampled);
        tally.add(Transactions.unsolicited(NOON, "x.com"));

        TldCount count = tally.toCount("tld", "com", Instant.parse(NOON).toEpochMilli(), 3, true);

        assertThat(count.getTimestamp()).isEqualTo(Instant.parse(NOON));
        assertThat(count.getWindowEnd()).isEqualTo(Instant.parse("2026-11-22T12:01:00Z"));
        assertThat(count.getDimension()).isEqualTo("tld");
        assertThat(count.getKey()).isEqualTo("com");
        assertThat(count.getQueries()).isEqualTo(8 + 3);
        assertThat(count.getResponses()).isEqualTo(8 + 1);
        assertThat(count.getUnanswered()).isEqualTo(1);
        assertThat(count.getRetransmissions()).isEqualTo(2);
        assertThat(count.getNoerror()).isEqualTo(2);
        assertThat(count.getNxdomain()).isEqualTo(1);
        assertThat(count.getServfail()).isEqualTo(2);
        assertThat(count.getRefused()).isEqualTo(1);
        assertThat(count.getFormerr()).isEqualTo(1);
        assertThat(count.getNotimp()).isEqualTo(1);
        assertThat(count.getOther()).isEqualTo(1);
        assertThat(count.getBytesIn()).isEqualTo(11 * 40);
        assertThat(count.getBytesOut()).isEqualTo(9 * 100);
        assertThat(count.getResponseTimeP50()).isEqualTo(1_000_000);
        assertThat(count.getResponseTimeP90()).isEqualTo(1_000_000);
        assertThat(count.getResponseTimeP99()).isEqualTo(1_000_000);
        assertThat(count.getDistinctClients()).isEqualTo(1);
        assertThat(count.getQueriesWeighted()).isEqualTo(8 + 30);
        assertThat(count.getResponsesWeighted()).isEqualTo(8 + 1);
        assertThat(count.getLate()).isEqualTo(3);
        assertThat(count.getFinal$()).isTrue();
    }

    @Test
    void withoutAnswersThereAreNoResponseTimes() {
        Tally tally = new Tally();
        tally.add(Transactions.unanswered(NOON, "x.com", 0));

        assertThat(count(tally).getResponseTimeP50()).isNull();
        assertThat(count(tally).getResponseTimeP99()).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void mergesTheSameInAnyOrderAndGrouping(long seed) {
        Random random = new Random(seed);
        int[] sizes = {0, 1, 5, 40, 900, 6000};
        Tally whole = new Tally();
        List<byte[]> parts = new ArrayList<>();
        for (int size : sizes) {
            Tally part = new Tally();
            for (int i = 0; i < size; i++) {
                DnsTransaction transaction = random(random);
                part.add(transaction);
                whole.add(transaction);
            }
            parts.add(part.toBytes());
        }

        Collections.shuffle(parts, random);
        Tally leftToRight = new Tally();
        parts.forEach(part -> leftToRight.add(Tally.fromBytes(part)));
        Tally pairwise = pairwise(parts);

        assertThat(withoutSketch(leftToRight)).isEqualTo(withoutSketch(whole));
        assertThat(withoutSketch(pairwise)).isEqualTo(withoutSketch(whole));
    }

    @Test
    void addingLeavesTheOtherAsItWas() {
        Tally one = new Tally();
        Tally other = new Tally();
        other.add(Transactions.answered(NOON, "x.com"));
        byte[] before = other.toBytes();

        one.add(other);
        one.add(other);

        assertThat(other.toBytes()).isEqualTo(before);
        assertThat(one.queries()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1000, 100_000})
    void distinctClientsAreWithinFourStandardErrors(int clients) {
        Tally tally = new Tally();
        for (int i = 0; i < clients; i++) {
            String client = "10.%d.%d.%d".formatted(i >> 16, i >> 8 & 0xff, i & 0xff);
            tally.add(Transactions.answered(NOON, "x.com", "NOERROR", 1, client));
            if (i % 7 == 0) {
                tally.add(Transactions.answered(NOON, "x.com", "NOERROR", 1, client));
            }
        }

        assertThat((double) count(tally).getDistinctClients())
                .isCloseTo(clients, Percentage.withPercentage(4 * 2.3));
    }

    @Test
    void theSketchHoldsRawAddresses() {
        Tally tally = new Tally();
        tally.add(Transactions.answered(NOON, "x.com", "NOERROR", 1, "2001:db8::1"));
        HllSketch sketch = HllSketch.heapify(bytes(count(tally).getClientsSketch()));
        byte[] address = new byte[16];
        address[0] = 0x20;
        address[1] = 0x01;
        address[2] = 0x0d;
        address[3] = (byte) 0xb8;
        address[15] = 1;

        sketch.update(address);

        assertThat(Math.round(sketch.getCompositeEstimate())).isEqualTo(1);
    }

    @Test
    void refusesBytesOfAnotherVersion() {
        byte[] bytes = new Tally().toBytes();
        bytes[0] = 9;

        assertThatThrownBy(() -> Tally.fromBytes(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tally of version 9, expected 1");
        assertThatThrownBy(() -> Tally.fromBytes(new byte[] {1, 16, 0}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesBytesThatSomethingDamaged() {
        Tally tally = new Tally();
        for (int i = 0; i < 40; i++) {
            tally.add(Transactions.answered(NOON, "x.com", "NOERROR", i, "192.0.2." + i));
        }
        byte[] bytes = tally.toBytes();
        for (int at = 0; at < bytes.length; at++) {
            for (int value : new int[] {0, 0x1f, 0x7f, 0x80, 0xff}) {
                byte[] damaged = bytes.clone();
                damaged[at] = (byte) value;
                readsOrRefuses(damaged);
            }
            readsOrRefuses(Arrays.copyOf(bytes, at));
        }
    }

    @Test
    void takesNoMemoryAsADamagedSketchSays() {
        byte[] sketch = new byte[16];
        sketch[0] = 3; // words of the preamble
        sketch[1] = 1; // version
        sketch[2] = 7; // HLL
        sketch[3] = 11;
        sketch[7] = 8 | 1; // a set of clients
        sketch[11] = 0x1f; // half a billion of them
        byte[] head = {1, 0, 0, (byte) sketch.length};
        byte[] bytes = Arrays.copyOf(head, head.length + sketch.length);
        System.arraycopy(sketch, 0, bytes, head.length, sketch.length);
        assertThatThrownBy(() -> Tally.fromBytes(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no sketch of clients");
    }

    /** Nothing but the documented exception, and no memory as a damaged length says. */
    private static void readsOrRefuses(byte[] bytes) {
        try {
            Tally.fromBytes(bytes).toBytes();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageMatching(".+");
        }
    }

    private static DnsTransaction random(Random random) {
        String client = "10.0.%d.%d".formatted(random.nextInt(64), random.nextInt(256));
        return switch (random.nextInt(4)) {
            case 0 -> Transactions.unanswered(NOON, "x.com", random.nextInt(3));
            case 1 -> Transactions.unsolicited(NOON, "x.com");
            default ->
                    Transactions.answered(
                            NOON, "x.com", "NOERROR", random.nextLong(5_000_000_000L), client);
        };
    }

    private static Tally pairwise(List<byte[]> parts) {
        List<Tally> tallies = new ArrayList<>(parts.stream().map(Tally::fromBytes).toList());
        while (tallies.size() > 1) {
            Tally last = tallies.removeLast();
            tallies.addFirst(last);
            Tally merged = tallies.removeLast();
            merged.add(tallies.removeFirst());
            tallies.addFirst(merged);
        }
        return tallies.getFirst();
    }

    private static TldCount withoutSketch(Tally tally) {
        TldCount count = count(tally);
        count.setClientsSketch(ByteBuffer.allocate(0));
        return count;
    }

    private static TldCount count(Tally tally) {
        return tally.toCount("tld", "com", 0, 0, false);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
