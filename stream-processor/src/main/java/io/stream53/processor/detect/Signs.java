package io.stream53.processor.detect;

import io.stream53.processor.count.ByteReader;
import io.stream53.processor.count.ByteWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one subject: sums, numbers of different names and clients, samples, and how
 * often each letter stood in long names. Signs add up, in any order and grouping.
 */
public final class Signs {
    static final int MOST_NODES = 16;
    static final int MOST_SAMPLES = 5;

    private static final int VERSION = 1;
    private static final int DIGITS = 26;
    private static final int HYPHEN = 36;
    private static final int OTHER = 37;
    private static final int LETTERS = 38;

    private final long[] sums = new long[Sign.COUNT];
    private Distinct names = new Distinct();
    private Distinct clients = new Distinct();
    private Sample someNames = new Sample(MOST_SAMPLES);
    private Sample someClients = new Sample(MOST_SAMPLES);
    private Sample someServers = new Sample(MOST_SAMPLES);
    private Sample nodes = new Sample(MOST_NODES);
    private long @Nullable [] letters;

    /** The one added last, which mostly comes again. */
    private @Nullable String lastNode;

    void add(Sign sign, long amount) {
        long sum = sums[sign.place] + amount;
        sums[sign.place] = sum < 0 ? Long.MAX_VALUE : sum;
    }

    long get(Sign sign) {
        return sums[sign.place];
    }

    /** A transaction that the watch is about. */
    void match(long weight, String node) {
        add(Sign.MATCHED, weight);
        add(Sign.SEEN, 1);
        node(node);
    }

    void node(String name) {
        if (!name.equals(lastNode)) {
            nodes.add(Hash.of(name), name);
            lastNode = name;
        }
    }

    void name(long hash, String name) {
        names.add(hash);
        if (someNames.wants(hash)) {
            someNames.add(hash, name);
        }
    }

    /** A name that counts as different with another type. */
    void name(String name, String type) {
        long hash = Hash.of(Hash.of(name), Hash.of(type));
        names.add(hash);
        if (someNames.wants(hash)) {
            someNames.add(hash, name + ' ' + type);
        }
    }

    void client(String address) {
        long hash = Hash.of(address);
        clients.add(hash);
        someClients.add(hash, address);
    }

    void server(String address) {
        someServers.add(Hash.of(address), address);
    }

    /** Counts the letters of a name, dots left out. */
    void letters(String name) {
        long[] counts = counts();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '.') {
                counts[letter(c)]++;
            }
        }
    }

    private long[] counts() {
        long[] counts = letters;
        if (counts == null) {
            counts = new long[LETTERS];
            letters = counts;
        }
        return counts;
    }

    private static int letter(char c) {
        if (c >= 'a' && c <= 'z') {
            return c - 'a';
        }
        if (c >= '0' && c <= '9') {
            return DIGITS + c - '0';
        }
        return c == '-' ? HYPHEN : OTHER;
    }

    /** Shannon entropy of the letters counted, bits a letter; 0 when there are none. */
    double entropy() {
        if (letters == null) {
            return 0;
        }
        double all = 0;
        for (long count : letters) {
            all += count;
        }
        double bits = 0;
        for (long count : letters) {
            bits -= count == 0 ? 0 : count / all * Math.log(count / all) / Math.log(2);
        }
        return bits;
    }

    long distinctNames() {
        return names.estimate();
    }

    long distinctClients() {
        return clients.estimate();
    }

    /** Different names, had none been left out by sampling; right for names that do not repeat. */
    double weightedNames() {
        long seen = get(Sign.SEEN);
        return seen == 0 ? 0 : (double) distinctNames() * get(Sign.MATCHED) / seen;
    }

    List<String> someNames() {
        return someNames.values();
    }

    List<String> someClients() {
        return someClients.values();
    }

    List<String> someServers() {
        return someServers.values();
    }

    List<String> nodes() {
        return nodes.values();
    }

    void add(Signs other) {
        for (Sign sign : Sign.values()) {
            add(sign, other.get(sign));
        }
        names.add(other.names);
        clients.add(other.clients);
        someNames.add(other.someNames);
        someClients.add(other.someClients);
        someServers.add(other.someServers);
        nodes.add(other.nodes);
        if (other.letters != null) {
            long[] counts = counts();
            for (int i = 0; i < LETTERS; i++) {
                counts[i] = saturated(counts[i] + other.letters[i]);
            }
        }
    }

    private static long saturated(long sum) {
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    void write(ByteWriter out) {
        out.varint(sums.length);
        for (long sum : sums) {
            out.varint(sum);
        }
        names.write(out);
        clients.write(out);
        someNames.write(out);
        someClients.write(out);
        someServers.write(out);
        nodes.write(out);
        out.u8(letters == null ? 0 : 1);
        if (letters != null) {
            for (long count : letters) {
                out.varint(count);
            }
        }
    }

    static Signs read(ByteReader in) {
        Signs signs = new Signs();
        int known = in.varint32();
        if (known < 0 || known > Sign.COUNT) {
            throw new IllegalArgumentException("signs of " + known + " sums");
        }
        for (int i = 0; i < known; i++) {
            signs.sums[i] = positive(in.varint());
        }
        signs.names = Distinct.read(in);
        signs.clients = Distinct.read(in);
        signs.someNames = Sample.read(in, MOST_SAMPLES);
        signs.someClients = Sample.read(in, MOST_SAMPLES);
        signs.someServers = Sample.read(in, MOST_SAMPLES);
        signs.nodes = Sample.read(in, MOST_NODES);
        if (in.u8() != 0) {
            long[] counts = new long[LETTERS];
            for (int i = 0; i < LETTERS; i++) {
                counts[i] = positive(in.varint());
            }
            signs.letters = counts;
        }
        return signs;
    }

    private static long positive(long sum) {
        if (sum < 0) {
            throw new IllegalArgumentException("a sum below zero: " + sum);
        }
        return sum;
    }

    /** The bytes that {@link #fromBytes} reads. */
    public byte[] toBytes() {
        ByteWriter out = new ByteWriter().u8(VERSION);
        write(out);
        return out.toBytes();
    }

    /**
     * Reads signs.
     *
     * @throws IllegalArgumentException when the bytes are none of this version
     */
    public static Signs fromBytes(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        in.version(VERSION, "signs");
        return read(in);
    }
}
