package io.stream53.processor.enrich;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SlotCache} by addresses, whose look-up allocates nothing: an entry holds its address in
 * two numbers. With tens of thousands of clients a look-up is mostly waiting for memory, so it
 * touches as few objects as can be.
 */
final class AddressCache<V> {
    /** No address of one length is one of another. */
    private record Entry<V>(long high, long low, int bytes, V value) {
        boolean is(long otherHigh, long otherLow, int otherBytes) {
            return low == otherLow && high == otherHigh && bytes == otherBytes;
        }
    }

    private final AtomicReferenceArray<@Nullable Entry<V>> slots;

    /**
     * @param slots a power of two, the most entries there can be
     */
    AddressCache(int slots) {
        if (Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException(slots + " is not a power of two");
        }
        this.slots = new AtomicReferenceArray<>(slots);
    }

    /** The value of an address of at most 16 bytes, computed when it is not there. */
    V get(byte[] address, Function<byte[], V> compute) {
        long high = 0;
        long low = 0;
        for (byte b : address) {
            high = high << 8 | low >>> 56;
            low = low << 8 | b & 0xff;
        }
        int slot = spread(high, low) & slots.length() - 1;
        Entry<V> entry = slots.getAcquire(slot);
        if (entry != null && entry.is(high, low, address.length)) {
            return entry.value;
        }
        Entry<V> other = slots.getAcquire(slot ^ 1);
        if (other == null || !other.is(high, low, address.length)) {
            other = new Entry<>(high, low, address.length, compute.apply(address));
        }
        slots.setRelease(slot, other);
        if (entry != null) {
            slots.setRelease(slot ^ 1, entry);
        }
        return other.value;
    }

    private static int spread(long high, long low) {
        long mixed = (low ^ high * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        return (int) (mixed >>> 32);
    }
}
