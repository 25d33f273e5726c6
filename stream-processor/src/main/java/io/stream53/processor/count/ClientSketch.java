package io.stream53.processor.count;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.datasketches.hash.MurmurHash3;
import org.apache.datasketches.hll.HllSketch;

/**
 * Distinct clients as an Apache DataSketches HLL sketch of 2048 registers (type HLL_8), which is
 * off by 2.3 % (one standard deviation) and takes at most 2 KiB. The library itself is asked for
 * the estimate only: it hashes a client for each sketch anew, and reads lengths that it does not
 * check.
 */
final class ClientSketch {
    static final int LG_REGISTERS = 11;

    /** As many coupons as the library holds in a set before it takes to registers. */
    static final int MAX_SPARSE = 192;

    private static final long SEED = 9001; // the library's default

    // Layout of the compact form, little-endian.
    private static final int VERSION = 1;
    private static final int FAMILY = 7;
    private static final int LG_AT = 3;
    private static final int FLAGS_AT = 5;
    private static final int LIST_COUNT_AT = 6;
    private static final int MODE_AT = 7;
    private static final int LIST_AT = 8;
    private static final int SET_COUNT_AT = 8;
    private static final int SET_AT = 12;
    private static final int KXQ0_AT = 16;
    private static final int KXQ1_AT = 24;
    private static final int ZEROS_AT = 32;
    private static final int REGISTERS_AT = 40;
    private static final int EMPTY = 4;
    private static final int COMPACT = 8;
    private static final int OUT_OF_ORDER = 16;
    private static final int BYTE_REGISTERS = 2 << 2;
    private static final int MODES = 3;
    private static final int LIST = 0;
    private static final int SET = 1;
    private static final int REGISTERS = 2;
    private static final int MAX_LIST = 7;

    private ClientSketch() {}

    static Registers create() {
        return new Registers(LG_REGISTERS, MAX_SPARSE);
    }

    /** What the library's {@code update(byte[])} adds for an address: of none, nothing. */
    static int coupon(byte[] address) {
        if (address.length == 0) {
            return 0;
        }
        long[] hash = MurmurHash3.hash(address, SEED);
        int zeros = Math.min(62, Long.numberOfLeadingZeros(hash[1]));
        return Registers.coupon((int) hash[0], zeros + 1);
    }

    /** The same as {@link #coupon} of four bytes, by arithmetic alone. */
    static int coupon4(byte[] address) {
        long key =
                address[0] & 0xffL
                        | (address[1] & 0xffL) << 8
                        | (address[2] & 0xffL) << 16
                        | (address[3] & 0xffL) << 24;
        // MurmurHash3_x64_128, of a tail of four bytes
        long first = SEED ^ Long.rotateLeft(key * 0x87c37b91114253d5L, 31) * 0x4cf5ad432745937fL;
        first ^= 4;
        long second = SEED ^ 4;
        first += second;
        second += first;
        first = mixed(first);
        second = mixed(second);
        first += second;
        second += first;
        return Registers.coupon((int) first, Math.min(62, Long.numberOfLeadingZeros(second)) + 1);
    }

    private static long mixed(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    /** Estimates of sparse sketches, which are of their number of coupons alone. */
    private static final class OfSparse {
        static final long[] ESTIMATES = new long[MAX_SPARSE + 1];

        static {
            int[] coupons = new int[MAX_SPARSE];
            Arrays.setAll(coupons, number -> Registers.coupon(number, 1));
            Arrays.setAll(ESTIMATES, count -> estimate(sparse(Arrays.copyOf(coupons, count))));
        }
    }

    /**
     * The estimate that does not depend on the order of updates.
     *
     * @param sketch bytes of the clients
     */
    static long estimate(Registers clients, byte[] sketch) {
        return clients.isDense() ? estimate(sketch) : OfSparse.ESTIMATES[clients.coupons()];
    }

    private static long estimate(byte[] sketch) {
        return Math.round(HllSketch.heapify(sketch).getCompositeEstimate());
    }

    /** The library's compact form. */
    static byte[] toBytes(Registers clients) {
        return clients.isDense() ? dense(clients.registers()) : sparse(clients.sortedCoupons());
    }

    /**
     * Reads what {@link #toBytes} or the library wrote, in these layouts.
     *
     * @throws IllegalArgumentException when the bytes are none
     */
    static Registers read(byte[] bytes) {
        if (bytes.length < LIST_AT
                || bytes[1] != VERSION
                || bytes[2] != FAMILY
                || bytes[LG_AT] != LG_REGISTERS
                || (bytes[MODE_AT] & ~MODES) != BYTE_REGISTERS) {
            throw new IllegalArgumentException("no sketch of clients");
        }
        Registers clients = create();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (bytes[MODE_AT] & MODES) {
            case LIST -> readCoupons(in, LIST_AT, bytes[LIST_COUNT_AT], clients);
            case SET -> {
                require(bytes.length >= SET_AT);
                readCoupons(in, SET_AT, in.getInt(SET_COUNT_AT), clients);
            }
            case REGISTERS -> {
                byte[] registers = new byte[1 << LG_REGISTERS];
                require(bytes.length == REGISTERS_AT + registers.length);
                in.get(REGISTERS_AT, registers);
                for (byte value : registers) {
                    require(value >= 0 && value < 64);
                }
                clients.addRegisters(registers);
            }
            default -> require(false);
        }
        return clients;
    }

    private static void readCoupons(ByteBuffer in, int at, int count, Registers clients) {
        require(
                (in.get(FLAGS_AT) & COMPACT) != 0
                        && count >= 0
                        && count <= MAX_SPARSE
                        && in.capacity() == at + Integer.BYTES * count);
        clients.expect(count);
        for (int i = 0; i < count; i++) {
            int coupon = in.getInt(at + Integer.BYTES * i);
            require(Registers.valueOf(coupon) > 0);
            clients.add(coupon);
        }
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("no sketch of clients that can be read");
        }
    }

    private static byte[] sparse(int[] coupons) {
        int at = coupons.length <= MAX_LIST ? LIST_AT : SET_AT;
        byte[] bytes = new byte[at + Integer.BYTES * coupons.length];
        ByteBuffer out = head(bytes, at / Integer.BYTES);
        out.put(FLAGS_AT, (byte) (COMPACT | (coupons.length == 0 ? EMPTY : 0)));
        if (at == LIST_AT) {
            out.put(4, (byte) 3).put(LIST_COUNT_AT, (byte) coupons.length);
            out.put(MODE_AT, (byte) (BYTE_REGISTERS | LIST));
        } else {
            out.put(4, lgTable(coupons.length)).putInt(SET_COUNT_AT, coupons.length);
            out.put(MODE_AT, (byte) (BYTE_REGISTERS | SET));
        }
        for (int i = 0; i < coupons.length; i++) {
            out.putInt(at + Integer.BYTES * i, coupons[i]);
        }
        return bytes;
    }

    /** Of the table that the library would hold so many coupons in: three quarters full at most. */
    private static byte lgTable(int coupons) {
        int lg = 5;
        while (4 * coupons > 3 << lg) {
            lg++;
        }
        return (byte) lg;
    }

    private static byte[] dense(byte[] registers) {
        byte[] bytes = new byte[REGISTERS_AT + registers.length];
        ByteBuffer out = head(bytes, REGISTERS_AT / Integer.BYTES);
        double below32 = 0;
        double from32 = 0;
        int zeros = 0;
        for (byte value : registers) {
            double share = Math.scalb(1.0, -value);
            below32 += value < 32 ? share : 0;
            from32 += value < 32 ? 0 : share;
            zeros += value == 0 ? 1 : 0;
        }
        out.put(FLAGS_AT, (byte) (COMPACT | OUT_OF_ORDER));
        out.put(MODE_AT, (byte) (BYTE_REGISTERS | REGISTERS));
        out.putDouble(KXQ0_AT, below32).putDouble(KXQ1_AT, from32).putInt(ZEROS_AT, zeros);
        out.put(REGISTERS_AT, registers);
        return bytes;
    }

    private static ByteBuffer head(byte[] bytes, int preambleInts) {
        bytes[0] = (byte) preambleInts;
        bytes[1] = VERSION;
        bytes[2] = FAMILY;
        bytes[LG_AT] = LG_REGISTERS;
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
