package io.stream53.processor.enrich;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache for several threads without locks: each key has two slots, and a newcomer
 * replaces the one that was not asked for last. A value may be computed twice; it is never wrong,
 * since key and value are swapped in together.
 */
final class SlotCache<K, V> {
    private record Entry<K, V>(K key, V value) {}

    private final AtomicReferenceArray<@Nullable Entry<K, V>> slots;

    /**
     * @param slots a power of two, the most entries there can be
     */
    SlotCache(int slots) {
        if (Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException(slots + " is not a power of two");
        }
        this.slots = new AtomicReferenceArray<>(slots);
    }

    /** The key's value, computed when it is not there. */
    V get(K key, Function<K, V> compute) {
        int slot = spread(key.hashCode()) & slots.length() - 1;
        Entry<K, V> entry = slots.get(slot);
        if (entry != null && entry.key.equals(key)) {
            return entry.value;
        }
        // The neighbour is the second choice, for what was last pushed out of the first.
        Entry<K, V> other = slots.get(slot ^ 1);
        if (other == null || !other.key.equals(key)) {
            other = new Entry<>(key, compute.apply(key));
        }
        slots.set(slot, other);
        if (entry != null) {
            slots.set(slot ^ 1, entry);
        }
        return other.value;
    }

    /** Fibonacci hashing: the upper bits of a hash count in the slot's number as well. */
    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ mixed >>> 16;
    }
}
