package io.stream53.processor.count;

import io.stream53.schema.DnsTransaction;
import io.stream53.schema.TldCount;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one key in one window. Tallies merge, in any order and grouping, and but for the
 * top lists exactly: sums add up, times and sizes are histograms, clients are HLL sketches whose
 * registers are maxima. What a tally does not hold it takes over from one that does.
 */
public final class Tally {
    private static final int VERSION = 2;

    /** Before there were sizes, networks and top lists. */
    private static final int FIRST_VERSION = 1;

    // What follows behind what every tally has.
    private static final int SIZES = 1;
    private static final int PREFIXES = 2;
    private static final int TOPS = 4;

    private static final byte[] NOTHING = {};

    private final long[] sums = new long[Figure.COUNT];
    private Histogram times = new Histogram();
    private Registers clients = ClientSketch.create();
    private @Nullable Histogram sizes;
    private @Nullable Registers prefixes;
    private @Nullable TopLists tops;

    /** Nothing counted; of sizes, networks and top lists nothing will be, unless by merging. */
    public Tally() {}

    /** Nothing counted of a dimension. */
    Tally(Dimension dimension) {
        sizes = dimension.countsSizes ? new Histogram() : null;
        prefixes = dimension.countsPrefixes ? PrefixSketch.create() : null;
        tops = dimension.topItems > 0 ? new TopLists(dimension.topItems) : null;
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

    /**
     * Nothing counted, and of client networks and top lists nothing will be.
     *
     * @param withSizes sizes of responses will be counted
     */
    static Tally figures(boolean withSizes) {
        Tally tally = new Tally();
        tally.sizes = withSizes ? new Histogram() : null;
        return tally;
    }

    /** There are client networks or top lists. */
    boolean isHeavy() {
        return prefixes != null || tops != null;
    }

    /** Counts one transaction. */
    void add(Sample sample) {
        addFigures(sample);
        addClient(sample);
        if (sample.name != null) {
            addName(sample.name, sample.get(Figure.QUERIES), sample.nxdomain ? 1 : 0);
        }
    }

    /** Counts one transaction, but for {@link #addClient} and {@link #addName}. */
    void addFigures(Sample sample) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += sample.figures[i];
        }
        if (sample.duration != Sample.NONE) {
            times.add(sample.duration);
        }
        if (sizes != null && sample.responseSize != Sample.NONE) {
            sizes.add(sample.responseSize);
        }
        clients.add(sample.client.client());
    }

    /** Counts a transaction's client in the client networks and top lists. */
    void addClient(Sample sample) {
        long queries = sample.get(Figure.QUERIES);
        if (queries > 0) {
            if (prefixes != null) {
                prefixes.add(sample.client.prefix());
            }
            if (tops != null) {
                tops.addClient(sample.client.ip(), queries);
            }
        }
    }

    /** Counts a name in the top lists. */
    void addName(String name, long queries, long nxdomain) {
        if (tops != null) {
            tops.addName(name, queries, nxdomain);
        }
    }

    /**
     * Adds what {@link #addFigures(Sample)} counted, sizes only where they are counted here as
     * well.
     */
    void addFigures(Tally other) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
        times.add(other.times);
        clients.add(other.clients);
        if (sizes != null && other.sizes != null) {
            sizes.add(other.sizes);
        }
    }

    /** Adds another's figures to these. */
    public void add(Tally other) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
        times.add(other.times);
        clients.add(other.clients);
        if (other.sizes != null) {
            sizes = sizes == null ? new Histogram() : sizes;
            sizes.add(other.sizes);
        }
        if (other.prefixes != null) {
            prefixes = prefixes == null ? PrefixSketch.create() : prefixes;
            prefixes.add(other.prefixes);
        }
        if (other.tops != null) {
            tops = tops == null ? new TopLists(other.tops.capacity()) : tops;
            tops.add(other.tops);
        }
    }

    /** Transactions counted. */
    public long transactions() {
        return get(Figure.TRANSACTIONS);
    }

    /** Queries counted, retransmissions among them. */
    public long queries() {
        return get(Figure.QUERIES);
    }

    /** The figures as a record of {@code dns.tld-counts}, for a minute. */
    public TldCount toCount(
            String dimension, String key, long windowStartMs, long late, boolean last) {
        return toCount(
                new Window.Name(dimension, key), windowStartMs, Windows.LENGTH_MS, late, last);
    }

    TldCount toCount(Window.Name name, long startMs, long lengthMs, long late, boolean last) {
        TldCount count = new TldCount();
        count.setTimestamp(Instant.ofEpochMilli(startMs));
        count.setWindowEnd(Instant.ofEpochMilli(startMs + lengthMs));
        count.setWindow(lengthMs == Windows.HOUR_MS ? CountMessage.HOUR : CountMessage.MINUTE);
        count.setDimension(name.dimension());
        count.setKey(name.key());
        count.setLate(late);
        count.setFinal$(last);
        setSums(count);
        setHistograms(count);
        byte[] sketch = ClientSketch.toBytes(clients);
        count.setDistinctClients(ClientSketch.estimate(clients, sketch));
        count.setClientsSketch(ByteBuffer.wrap(sketch));
        count.setPrefixesSketch(ByteBuffer.wrap(NOTHING));
        if (prefixes != null) {
            count.setDistinctPrefixes(PrefixSketch.estimate(prefixes));
            count.setPrefixesSketch(ByteBuffer.wrap(PrefixSketch.toBytes(prefixes)));
        }
        TopLists.set(tops, count);
        return count;
    }

    private void setSums(TldCount count) {
        count.setTransactions(get(Figure.TRANSACTIONS));
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
        count.setQueriesWeighted(get(Figure.QUERIES_WEIGHTED));
        count.setResponsesWeighted(get(Figure.RESPONSES_WEIGHTED));
        count.setEdns(get(Figure.EDNS));
        count.setDnssecOk(get(Figure.DNSSEC_OK));
        count.setAuthenticated(get(Figure.AUTHENTICATED));
        count.setTruncated(get(Figure.TRUNCATED));
        count.setIpv6(get(Figure.IPV6));
    }

    private void setHistograms(TldCount count) {
        count.setResponseTimesSketch(bytes(times));
        count.setResponseSizesSketch(sizes == null ? ByteBuffer.wrap(NOTHING) : bytes(sizes));
        if (times.total() > 0) {
            long[] quantiles = times.quantiles(0.50, 0.90, 0.99);
            count.setResponseTimeP50(quantiles[0]);
            count.setResponseTimeP90(quantiles[1]);
            count.setResponseTimeP99(quantiles[2]);
            count.setResponseTimeMax(times.max());
        }
        if (sizes != null && sizes.total() > 0) {
            long[] quantiles = sizes.quantiles(0.50, 0.90, 0.99);
            count.setResponseSizeP50(quantiles[0]);
            count.setResponseSizeP90(quantiles[1]);
            count.setResponseSizeP99(quantiles[2]);
            count.setResponseSizeMax(sizes.max());
        }
    }

    private static ByteBuffer bytes(Histogram histogram) {
        if (histogram.total() == 0) {
            return ByteBuffer.wrap(NOTHING);
        }
        ByteWriter out = new ByteWriter();
        histogram.write(out);
        return ByteBuffer.wrap(out.toBytes());
    }

    /** The bytes that {@link #fromBytes} reads. */
    public byte[] toBytes() {
        ByteWriter out = new ByteWriter().u8(VERSION).varint(sums.length);
        for (long sum : sums) {
            out.varint(sum);
        }
        times.write(out);
        out.bytes(ClientSketch.toBytes(clients));
        out.u8(
                (sizes == null ? 0 : SIZES)
                        | (prefixes == null ? 0 : PREFIXES)
                        | (tops == null ? 0 : TOPS));
        if (sizes != null) {
            sizes.write(out);
        }
        if (prefixes != null) {
            out.bytes(PrefixSketch.toBytes(prefixes));
        }
        if (tops != null) {
            tops.write(out);
        }
        return out.toBytes();
    }

    /**
     * Reads a tally.
     *
     * @throws IllegalArgumentException when the bytes are none of a version known here
     */
    public static Tally fromBytes(byte[] bytes) {
        checkVersion(bytes);
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        int figures = in.varint32();
        if (figures < 0 || figures > Figure.COUNT) {
            throw new IllegalArgumentException(
                    "tally of %d figures, expected at most %d".formatted(figures, Figure.COUNT));
        }
        Tally tally = new Tally();
        for (int i = 0; i < figures; i++) {
            tally.sums[i] = in.varint();
        }
        tally.times = Histogram.read(in);
        tally.clients = ClientSketch.read(in.bytes());
        int more = version == FIRST_VERSION ? 0 : in.u8();
        tally.sizes = (more & SIZES) == 0 ? null : Histogram.read(in);
        tally.prefixes = (more & PREFIXES) == 0 ? null : PrefixSketch.read(in.bytes());
        tally.tops = (more & TOPS) == 0 ? null : TopLists.read(in);
        return tally;
    }

    /**
     * Looks at the first byte alone.
     *
     * @throws IllegalArgumentException when the bytes are none of a version known here
     */
    static void checkVersion(byte[] bytes) {
        int version = new ByteReader(bytes).u8();
        if (version != VERSION && version != FIRST_VERSION) {
            throw new IllegalArgumentException(
                    "tally of version %d, expected %d".formatted(version, VERSION));
        }
    }

    private long get(Figure figure) {
        return sums[figure.place];
    }
}
