package io.stream53.processor.count;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * Distinct client networks, /24 of IPv4 and /48 of IPv6, as ICANN's DNS magnitude counts them
 * (github.com/icann/dns-magnitude-hll): a HyperLogLog of 2<sup>14</sup> registers of 5 bits over
 * XXH3-64 hashes, off by 0.8 % (one standard deviation), written in Aggregate Knowledge's storage
 * format 1.0.0 (github.com/aggregateknowledge/hll-storage-spec) without explicit values, so that
 * {@code dnsmag}, java-hll, go-hll and postgresql-hll read it.
 */
final class PrefixSketch {
    private static final int LG_REGISTERS = 14;
    private static final int WIDTH = 5;
    private static final int REGISTERS = 1 << LG_REGISTERS;
    private static final int MAX_VALUE = (1 << WIDTH) - 1;

    /** Of so many coupons the heap takes as much as of registers. */
    private static final int MAX_SPARSE = 2048;

    /** java-hll: the largest power of two of which the sparse form is smaller than the full one. */
    private static final int MAX_SPARSE_WRITTEN = 4096;

    // Storage format: version and type, parameters, cutoffs, then numbers of bits.
    private static final int VERSION = 1 << 4;
    private static final int EMPTY = VERSION | 1;
    private static final int SPARSE = VERSION | 3;
    private static final int FULL = VERSION | 4;
    private static final int PARAMETERS = (WIDTH - 1) << 5 | LG_REGISTERS;
    private static final int CUTOFFS = 0x40;
    private static final int HEADER = 3;

    private static final Hasher64 XXH3 = Hashing.xxh3_64();

    private PrefixSketch() {}

    static Registers create() {
        return new Registers(LG_REGISTERS, MAX_SPARSE);
    }

    /**
     * The coupon of an address's network.
     *
     * @param address 4 or 16 bytes
     */
    static int coupon(byte[] address) {
        byte[] network = new byte[16];
        if (address.length == 4) {
            network[10] = (byte) 0xff;
            network[11] = (byte) 0xff;
            System.arraycopy(address, 0, network, 12, 3);
        } else {
            System.arraycopy(address, 0, network, 0, 6);
        }
        return coupon(XXH3.hashBytesToLong(network));
    }

    private static int coupon(long hash) {
        long rest = hash >>> LG_REGISTERS;
        int value = Math.min(MAX_VALUE, 1 + Long.numberOfTrailingZeros(rest));
        return rest == 0 ? 0 : Registers.coupon((int) hash & REGISTERS - 1, value);
    }

    /** As java-hll estimates it, but rounded: with linear counting while registers are few. */
    static long estimate(Registers networks) {
        int[] set = networks.setRegisters();
        int zeros = REGISTERS - set.length;
        double sum = zeros;
        for (int coupon : set) {
            sum += Math.scalb(1.0, -Registers.valueOf(coupon));
        }
        double raw = 0.7213 / (1 + 1.079 / REGISTERS) * REGISTERS * REGISTERS / sum;
        boolean few = zeros > 0 && raw < 2.5 * REGISTERS;
        return Math.round(few ? REGISTERS * Math.log((double) REGISTERS / zeros) : raw);
    }

    static byte[] toBytes(Registers networks) {
        int[] set = networks.setRegisters();
        boolean sparse = set.length <= MAX_SPARSE_WRITTEN;
        int bits = sparse ? set.length * (LG_REGISTERS + WIDTH) : REGISTERS * WIDTH;
        byte[] bytes = new byte[HEADER + (bits + 7) / 8];
        bytes[0] = (byte) (set.length == 0 ? EMPTY : sparse ? SPARSE : FULL);
        bytes[1] = (byte) PARAMETERS;
        bytes[2] = CUTOFFS;
        Bits out = new Bits(bytes);
        if (sparse) {
            for (int coupon : set) {
                int word = Registers.numberOf(coupon) << WIDTH | Registers.valueOf(coupon);
                out.put(word, LG_REGISTERS + WIDTH);
            }
        } else {
            for (byte value : networks.registers()) {
                out.put(value, WIDTH);
            }
        }
        return bytes;
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Registers read(byte[] bytes) {
        if (bytes.length < HEADER || bytes[1] != (byte) PARAMETERS || bytes[2] != CUTOFFS) {
            throw new IllegalArgumentException("no sketch of client networks");
        }
        Registers networks = create();
        Bits in = new Bits(bytes);
        switch (bytes[0]) {
            case EMPTY -> require(bytes.length == HEADER);
            case SPARSE -> {
                int set = (bytes.length - HEADER) * 8 / (LG_REGISTERS + WIDTH);
                for (int i = 0; i < set; i++) {
                    int word = in.get(LG_REGISTERS + WIDTH);
                    require((word & MAX_VALUE) != 0);
                    networks.add(Registers.coupon(word >>> WIDTH, word & MAX_VALUE));
                }
            }
            case FULL -> {
                require(bytes.length == HEADER + REGISTERS * WIDTH / 8);
                byte[] registers = new byte[REGISTERS];
                for (int number = 0; number < REGISTERS; number++) {
                    registers[number] = (byte) in.get(WIDTH);
                }
                networks.addRegisters(registers);
            }
            default -> require(false);
        }
        return networks;
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("no sketch of client networks that can be read");
        }
    }

    /** Numbers of some bits behind the header, high bits first. */
    private static final class Bits {
        private final byte[] bytes;
        private int at = HEADER * 8;

        Bits(byte[] bytes) {
            this.bytes = bytes;
        }

        void put(int value, int width) {
            for (int left = width; left > 0; ) {
                int free = 8 - (at & 7);
                int taken = Math.min(free, left);
                int part = value >>> (left - taken) & (1 << taken) - 1;
                bytes[at >>> 3] |= (byte) (part << (free - taken));
                at += taken;
                left -= taken;
            }
        }

        int get(int width) {
            int value = 0;
            for (int left = width; left > 0; ) {
                int held = 8 - (at & 7);
                int taken = Math.min(held, left);
                int part = bytes[at >>> 3] >>> (held - taken) & (1 << taken) - 1;
                value = value << taken | part;
                at += taken;
                left -= taken;
            }
            return value;
        }
    }
}
