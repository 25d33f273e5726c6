package io.stream53.processor.count;

import io.stream53.schema.DnsTransaction;
import io.stream53.schema.TldCount;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;

/**
 * The figures of one key in one window. Tallies merge exactly, in any order and grouping: sums add
 * up, response times are a histogram, clients are an HLL sketch whose registers are maxima.
 */
public final class Tally {
    private static final int VERSION = 1;

    /** 2048 registers: distinct clients are off by 2.3 % (one standard deviation), in 2 KiB. */
    private static final int LG_REGISTERS = 11;

    // DataSketches' layout of an HLL sketch
    private static final int LG_REGISTERS_AT = 3;
    private static final int FLAGS_AT = 5;
    private static final int COMPACT = 8;
    private static final int MODE_AT = 7;
    private static final int ALL_REGISTERS = 0x02;
    private static final int LAYOUT = 0x0c;
    private static final int BYTE_REGISTERS = 0x08;
    private static final int SKETCH_HEADER_BYTES = 8;

    private final long[] sums = new long[Figure.COUNT];
    private final ResponseTimes responseTimes;
    private final HllUnion clients;

    /** Nothing counted. */
    public Tally() {
        this(new ResponseTimes(), new HllUnion(LG_REGISTERS));
    }

    private Tally(ResponseTimes responseTimes, HllUnion clients) {
        this.responseTimes = responseTimes;
        this.clients = clients;
    }

    /**
     * Query messages of a transaction: its retransmissions and the first, or 0 when it has no
     * query.
     */
    public static long queriesOf(DnsTransaction transaction) {
        return transaction.getDns().getQuerySize() == null
                ? 0
                : 1L + transaction.getDns().getRetransmissions();
    }

    /** Counts one transaction. */
    public void add(DnsTransaction transaction) {
        var dns = transaction.getDns();
        long queries = queriesOf(transaction);
        long responses = dns.getResponses();
        add(Figure.TRANSACTIONS, 1);
        add(Figure.QUERIES, queries);
        add(Figure.RESPONSES, responses);
        add(Figure.UNANSWERED, dns.getStatus().equals("UNANSWERED") ? 1 : 0);
        add(Figure.RETRANSMISSIONS, dns.getRetransmissions());
        add(Figure.BYTES_IN, transaction.getClient().getBytes());
        add(Figure.BYTES_OUT, transaction.getServer().getBytes());
        add(Figure.QUERIES_WEIGHTED, queries * transaction.getSamplingRate());
        add(Figure.RESPONSES_WEIGHTED, responses * transaction.getSamplingRate());
        if (dns.getResponseCode() != null) {
            add(Figure.ofResponseCode(dns.getResponseCode()), 1);
        }
        if (transaction.getEvent().getDuration() != null) {
            responseTimes.add(transaction.getEvent().getDuration());
        }
        clients.update(addressBytes(transaction.getClient().getIp()));
    }

    /** Adds another's figures to these. */
    public void add(Tally other) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
        responseTimes.add(other.responseTimes);
        clients.update(other.clients.getResult(TgtHllType.HLL_8));
    }

    /** Transactions counted. */
    public long transactions() {
        return get(Figure.TRANSACTIONS);
    }

    /** Queries counted, retransmissions among them. */
    public long queries() {
        return get(Figure.QUERIES);
    }

    /** The figures as a record of {@code dns.tld-counts}. */
    public TldCount toCount(
            String dimension, String key, long windowStartMs, long late, boolean last) {
        TldCount count = new TldCount();
        count.setTimestamp(Instant.ofEpochMilli(windowStartMs));
        count.setWindowEnd(Instant.ofEpochMilli(Windows.endOf(windowStartMs)));
        count.setDimension(dimension);
        count.setKey(key);
        count.setQueries(get(Figure.QUERIES));
        count.setResponses(get(Figure.RESPONSES));
        count.setUnanswered(get(Figure.UNANSWERED));
        count.setRetransmissions(get(Figure.RETRANSMISSIONS));
        count.setNoerror(get(Figure.NOERROR));
        count.setNxdomain(get(Figure.NXDOMAIN));
        count.setServfail(get(Figure.SERVFAIL));
        count.setRefused(get(Figure.REFUSED));
        count.setFormerr(get(Figure.FORMERR));
        count.setNotimp(get(Figure.NOTIMP));
        count.setOther(get(Figure.OTHER_CODE));
        count.setBytesIn(get(Figure.BYTES_IN));
        count.setBytesOut(get(Figure.BYTES_OUT));
        if (responseTimes.total() > 0) {
            count.setResponseTimeP50(responseTimes.quantile(0.50));
            count.setResponseTimeP90(responseTimes.quantile(0.90));
            count.setResponseTimeP99(responseTimes.quantile(0.99));
        }
        // The other estimate that HLL offers depends on the order of updates.
        count.setDistinctClients(Math.round(clients.getCompositeEstimate()));
        count.setClientsSketch(ByteBuffer.wrap(clientsSketch()));
        count.setQueriesWeighted(get(Figure.QUERIES_WEIGHTED));
        count.setResponsesWeighted(get(Figure.RESPONSES_WEIGHTED));
        count.setLate(late);
        count.setFinal$(last);
        return count;
    }

    /** The bytes that {@link #fromBytes} reads. */
    public byte[] toBytes() {
        ByteWriter out = new ByteWriter().u8(VERSION).varint(sums.length);
        for (long sum : sums) {
            out.varint(sum);
        }
        responseTimes.write(out);
        return out.bytes(clientsSketch()).toBytes();
    }

    /**
     * Reads a tally.
     *
     * @throws IllegalArgumentException when the bytes are none of this version
     */
    public static Tally fromBytes(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        in.version(VERSION, "tally");
        int figures = in.varint32();
        if (figures < 0 || figures > Figure.COUNT) {
            throw new IllegalArgumentException(
                    "tally of %d figures, expected at most %d".formatted(figures, Figure.COUNT));
        }
        long[] sums = new long[figures];
        for (int i = 0; i < figures; i++) {
            sums[i] = in.varint();
        }
        HllUnion clients = new HllUnion(LG_REGISTERS);
        ResponseTimes times = ResponseTimes.read(in);
        clients.update(sketch(in.bytes()));
        Tally tally = new Tally(times, clients);
        System.arraycopy(sums, 0, tally.sums, 0, figures);
        return tally;
    }

    /**
     * A sketch as {@link #clientsSketch} writes it: a compact list or set, or a byte for each
     * register. In other layouts the library takes memory as a number in it says, whatever stands
     * behind.
     */
    private static HllSketch sketch(byte[] bytes) {
        if (bytes.length < SKETCH_HEADER_BYTES
                || bytes[LG_REGISTERS_AT] != LG_REGISTERS
                || (bytes[MODE_AT] & LAYOUT) != BYTE_REGISTERS
                || (bytes[MODE_AT] & ALL_REGISTERS) == 0 && (bytes[FLAGS_AT] & COMPACT) == 0) {
            throw new IllegalArgumentException("no sketch of clients");
        }
        try {
            return HllSketch.heapify(bytes);
        } catch (RuntimeException e) {
            // the library's own kinds, and what it stumbles over
            throw new IllegalArgumentException("no sketch of clients that can be read", e);
        }
    }

    private byte[] clientsSketch() {
        return clients.getResult(TgtHllType.HLL_8).toCompactByteArray();
    }

    private void add(Figure figure, long value) {
        sums[figure.place] += value;
    }

    private long get(Figure figure) {
        return sums[figure.place];
    }

    /** Raw bytes, so that others can add addresses to the sketch without our spelling of them. */
    private static byte[] addressBytes(String ip) {
        try {
            return InetAddress.ofLiteral(ip).getAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return ip.getBytes(StandardCharsets.UTF_8);
        }
    }
}
