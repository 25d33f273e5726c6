package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Edns;
import io.stream53.schema.EdnsQuery;
import io.stream53.schema.TldCount;
import io.stream53.schema.TopItem;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
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
            add(tally, Transactions.answered(NOON, "x.com", code, 1_000_000, "192.0.2.1"));
        }
        DnsTransaction sampled = Transactions.unanswered(NOON, "x.com", 2);
        sampled.setSamplingRate(10);
        add(tally, sampled);
        add(tally, Transactions.unsolicited(NOON, "x.com"));

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
        assertThat(count.getTransactions()).isEqualTo(10);
        assertThat(count.getWindow()).isEqualTo("PT1M");
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
        add(tally, Transactions.unanswered(NOON, "x.com", 0));

        assertThat(count(tally).getResponseTimeP50()).isNull();
        assertThat(count(tally).getResponseTimeP99()).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void mergesTheSameInAnyOrderAndGrouping(long seed) {
        Random random = new Random(seed);
        int[] sizes = {0, 1, 5, 40, 900, 6000};
        Tally whole = new Tally(Dimension.TLD);
        List<byte[]> parts = new ArrayList<>();
        for (int size : sizes) {
            Tally part = new Tally(Dimension.TLD);
            for (int i = 0; i < size; i++) {
                DnsTransaction transaction = random(random);
                add(part, transaction);
                add(whole, transaction);
            }
            parts.add(part.toBytes());
        }

        Collections.shuffle(parts, random);
        Tally leftToRight = new Tally();
        parts.forEach(part -> leftToRight.add(Tally.fromBytes(part)));
        Tally pairwise = pairwise(parts);

        assertThat(counted(leftToRight)).isEqualTo(counted(whole));
        assertThat(counted(pairwise)).isEqualTo(counted(whole));
    }

    @Test
    void addingLeavesTheOtherAsItWas() {
        Tally one = new Tally();
        Tally other = new Tally();
        add(other, Transactions.answered(NOON, "x.com"));
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
            add(tally, Transactions.answered(NOON, "x.com", "NOERROR", 1, client));
            if (i % 7 == 0) {
                add(tally, Transactions.answered(NOON, "x.com", "NOERROR", 1, client));
            }
        }

        assertThat((double) count(tally).getDistinctClients())
                .isCloseTo(clients, Percentage.withPercentage(4 * 2.3));
    }

    @Test
    void theSketchHoldsRawAddresses() {
        Tally tally = new Tally();
        add(tally, Transactions.answered(NOON, "x.com", "NOERROR", 1, "2001:db8::1"));
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
                .hasMessage("tally of version 9, expected 2");
        assertThatThrownBy(() -> Tally.fromBytes(new byte[] {1, 16, 0}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesBytesThatSomethingDamaged() {
        Tally tally = new Tally(Dimension.TLD);
        for (int i = 0; i < 40; i++) {
            add(tally, Transactions.answered(NOON, "x.com", "NOERROR", i, "192.0.2." + i));
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
        byte[] head = {2, 0, 0, (byte) sketch.length};
        byte[] bytes = Arrays.copyOf(head, head.length + sketch.length);
        System.arraycopy(sketch, 0, bytes, head.length, sketch.length);
        assertThatThrownBy(() -> Tally.fromBytes(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no sketch of clients");
    }

    @Test
    void aDimensionDecidesWhatItsTalliesHold() {
        DnsTransaction transaction = Transactions.answered(NOON, "x.com");
        transaction.getDns().setResponseSize(100L);
        for (Dimension dimension : Dimension.values()) {
            Tally tally = new Tally(dimension);
            add(tally, transaction);
            Tally merged = new Tally();
            merged.add(Tally.fromBytes(tally.toBytes()));
            TldCount count = count(merged);
            assertThat(count).isEqualTo(count(tally));
            assertThat(count.getTopNames().isEmpty()).isEqualTo(dimension.topItems == 0);
            assertThat(count.getDistinctPrefixes() == null).isEqualTo(!dimension.countsPrefixes);
            assertThat(count.getResponseSizeP50() == null).isEqualTo(!dimension.countsSizes);
        }
    }

    @Test
    void countsSizesAndFlags() {
        Tally tally = new Tally(Dimension.ALL);
        for (int size : new int[] {100, 200, 300}) {
            DnsTransaction transaction = Transactions.answered(NOON, "x.com");
            transaction.getDns().setResponseSize((long) size);
            transaction.getDns().setHeaderFlags(List.of("AA", "AD", "TC"));
            transaction.getNetwork().setType("ipv6");
            Edns edns = new Edns();
            EdnsQuery query = new EdnsQuery();
            query.setDo$(size > 100);
            edns.setQuery(query);
            transaction.getDns().setEdns(edns);
            add(tally, transaction);
        }
        DnsTransaction transfer = Transactions.answered(NOON, "x.com");
        transfer.getDns().setResponses(3);
        transfer.getDns().setResponseSize(1_000_000L);
        add(tally, transfer);

        TldCount count = count(tally);

        assertThat(count.getEdns()).isEqualTo(3);
        assertThat(count.getDnssecOk()).isEqualTo(2);
        assertThat(count.getAuthenticated()).isEqualTo(3);
        assertThat(count.getTruncated()).isEqualTo(3);
        assertThat(count.getIpv6()).isEqualTo(3);
        assertThat((double) count.getResponseSizeP50())
                .isCloseTo(200, Percentage.withPercentage(0.8));
        assertThat(count.getResponseSizeMax()).isEqualTo(300);
        assertThat(count.getResponseTimeMax()).isEqualTo(1_000_000);
    }

    @Test
    void topListsWeighByQueriesAndByNxdomain() {
        Tally tally = new Tally(Dimension.TLD);
        add(tally, Transactions.unanswered(NOON, "a.com", 4));
        add(tally, Transactions.answered(NOON, "b.com", "NXDOMAIN", 1, "192.0.2.9"));
        add(tally, Transactions.unsolicited(NOON, "c.com"));

        TldCount count = count(tally);

        assertThat(count.getTopNames())
                .containsExactly(new TopItem("a.com", 5L, 0L), new TopItem("b.com", 1L, 0L));
        assertThat(count.getTopClients())
                .containsExactly(
                        new TopItem("192.0.2.1", 5L, 0L), new TopItem("192.0.2.9", 1L, 0L));
        assertThat(count.getTopNxdomainNames()).containsExactly(new TopItem("b.com", 1L, 0L));
    }

    @Test
    void readsTheFirstVersion() {
        HllSketch sketch = new HllSketch(11, TgtHllType.HLL_8);
        for (int i = 0; i < 300; i++) {
            sketch.update(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
        }
        ByteWriter out = new ByteWriter().u8(1).varint(16);
        for (int i = 0; i < 16; i++) {
            out.varint(i);
        }
        Histogram times = new Histogram();
        times.add(5);
        times.write(out);
        Tally tally = Tally.fromBytes(out.bytes(sketch.toCompactByteArray()).toBytes());
        assertThat(tally.queries()).isEqualTo(1);
        assertThat(count(tally).getResponseTimeP50()).isEqualTo(5);
        assertThat((double) count(tally).getDistinctClients())
                .isCloseTo(sketch.getCompositeEstimate(), within(0.5));
    }

    private static void add(Tally tally, DnsTransaction transaction) {
        tally.add(new Sample().of(transaction));
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

    /** All figures but the top clients, of which there were too many to be exact. */
    private static TldCount counted(Tally tally) {
        TldCount count = count(tally);
        count.setTopClients(List.of());
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
