package io.stream53.processor.count;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The registers of a HyperLogLog sketch: a few hashed values as they are, and, when there are more,
 * a byte for each register. What it holds is a function of the set of values, in whatever order and
 * parts they came.
 *
 * <p>A value is a coupon, as Apache DataSketches has it: 6 bits for the register's value (1 to 63),
 * 26 bits for its number, of which a sketch uses the lowest.
 */
final class Registers {
    private static final int NUMBER_BITS = 26;
    private static final int VALUE_BITS = 6;
    private static final int NUMBER_MASK = (1 << NUMBER_BITS) - 1;
    private static final int[] NONE = {};

    private final int lgRegisters;
    private final int maxSparse;

    /** Open addressing with linear probing, at most half full; 0 where nothing is. */
    private int[] coupons = NONE;

    private int used;
    private byte @Nullable [] dense;

    /**
     * @param lgRegisters logarithm to the base 2 of the number of registers
     * @param maxSparse coupons that are held as they are; with more of them there are registers
     */
    Registers(int lgRegisters, int maxSparse) {
        this.lgRegisters = lgRegisters;
        this.maxSparse = maxSparse;
    }

    /** A coupon for a register's number and value. */
    static int coupon(int number, int value) {
        return value << NUMBER_BITS | number & NUMBER_MASK;
    }

    static int numberOf(int coupon) {
        return coupon & NUMBER_MASK;
    }

    static int valueOf(int coupon) {
        return coupon >>> NUMBER_BITS;
    }

    /** Adds a coupon; 0 is none. */
    void add(int coupon) {
        if (coupon == 0) {
            return;
        }
        byte[] registers = dense;
        if (registers != null) {
            raise(registers, coupon);
            return;
        }
        if (2 * (used + 1) > coupons.length) {
            grow();
        }
        int place = placeOf(coupon);
        if (coupons[place] == 0) {
            coupons[place] = coupon;
            if (++used > maxSparse) {
                becomeDense();
            }
        }
    }

    /** Adds what another of the same size holds. */
    void add(Registers other) {
        byte[] theirs = other.dense;
        if (theirs == null) {
            if (dense == null && used == 0 && other.maxSparse == maxSparse) {
                coupons = other.coupons.clone();
                used = other.used;
                return;
            }
            for (int coupon : other.coupons) {
                add(coupon);
            }
            return;
        }
        byte[] registers = dense == null ? becomeDense() : dense;
        for (int i = 0; i < registers.length; i++) {
            registers[i] = (byte) Math.max(registers[i], theirs[i]);
        }
    }

    boolean isDense() {
        return dense != null;
    }

    /** Number of coupons held as they are, 0 when {@link #isDense}. */
    int coupons() {
        return used;
    }

    /** Makes room for so many coupons at once. */
    void expect(int count) {
        if (dense == null && coupons.length == 0 && count > 0) {
            coupons = new int[Math.max(4, Integer.highestOneBit(4 * count - 1))];
        }
    }

    /** Coupons held as they are, none when {@link #isDense}; rising as unsigned numbers. */
    int[] sortedCoupons() {
        int[] sorted = new int[dense == null ? used : 0];
        int next = 0;
        for (int i = 0; i < coupons.length && dense == null; i++) {
            if (coupons[i] != 0) {
                sorted[next++] = coupons[i] ^ Integer.MIN_VALUE;
            }
        }
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] ^= Integer.MIN_VALUE;
        }
        return sorted;
    }

    /** The registers that are not 0, as coupons by rising number: the largest value of each. */
    int[] setRegisters() {
        byte[] registers = dense;
        int[] set = new int[registers == null ? used : registers.length];
        int size = 0;
        if (registers != null) {
            for (int number = 0; number < registers.length; number++) {
                if (registers[number] != 0) {
                    set[size++] = coupon(number, registers[number]);
                }
            }
            return Arrays.copyOf(set, size);
        }
        int mask = (1 << lgRegisters) - 1;
        for (int coupon : coupons) {
            if (coupon != 0) {
                set[size++] = (coupon & mask) << VALUE_BITS | valueOf(coupon);
            }
        }
        Arrays.sort(set);
        int kept = 0;
        for (int i = 0; i < size; i++) {
            boolean isLargest = i + 1 == size || set[i + 1] >>> VALUE_BITS != set[i] >>> VALUE_BITS;
            if (isLargest) {
                set[kept++] = coupon(set[i] >>> VALUE_BITS, set[i] & (1 << VALUE_BITS) - 1);
            }
        }
        return Arrays.copyOf(set, kept);
    }

    /** The value of each register. */
    byte[] registers() {
        if (dense != null) {
            return dense.clone();
        }
        byte[] registers = new byte[1 << lgRegisters];
        for (int coupon : coupons) {
            raise(registers, coupon);
        }
        return registers;
    }

    /** Sets registers as {@link #registers} gave them; they must be as many. */
    void addRegisters(byte[] registers) {
        byte[] mine = dense == null ? becomeDense() : dense;
        for (int i = 0; i < mine.length; i++) {
            mine[i] = (byte) Math.max(mine[i], registers[i]);
        }
    }

    private byte[] becomeDense() {
        byte[] registers = registers();
        dense = registers;
        coupons = NONE;
        used = 0;
        return registers;
    }

    private static void raise(byte[] registers, int coupon) {
        int number = coupon & registers.length - 1;
        int value = coupon >>> NUMBER_BITS;
        if (registers[number] < value) {
            registers[number] = (byte) value;
        }
    }

    private int placeOf(int coupon) {
        int mask = coupons.length - 1;
        int place = coupon * 0x9E3779B9 >>> 8 & mask;
        while (coupons[place] != 0 && coupons[place] != coupon) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void grow() {
        int[] old = coupons;
        coupons = new int[Math.max(4, 2 * old.length)];
        for (int coupon : old) {
            if (coupon != 0) {
                coupons[placeOf(coupon)] = coupon;
            }
        }
    }
}
