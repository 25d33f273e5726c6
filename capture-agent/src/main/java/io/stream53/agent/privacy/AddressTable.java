package io.stream53.agent.privacy;

import io.stream53.agent.packet.ClientPlace;
import java.util.Arrays;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What addresses become, and where they are, with the recent ones remembered: two ways for each
 * slot, so that two clients that fall into one do not push each other out. Bounded, whatever
 * addresses come. Not for use by two threads at once.
 */
final class AddressTable {
    private static final int SETS = 1 << 12;

    /** An address as it was and as it is published. */
    static final class Change {
        private final byte[] original;
        private final byte[] changed;
        private final ClientPlace place;
        private @Nullable AddressTraces traces;

        Change(byte[] original, byte[] changed, ClientPlace place) {
            this.original = original;
            this.changed = changed;
            this.place = place;
        }

        private boolean isOf(byte[] bytes, int at, int length) {
            return Arrays.equals(original, 0, original.length, bytes, at, at + length);
        }

        /** What is published; not to be changed. */
        byte[] changed() {
            return changed;
        }

        /** Of the original. */
        ClientPlace place() {
            return place;
        }

        /** The forms in which the original may stand elsewhere; made when first asked for. */
        AddressTraces traces() {
            AddressTraces made = traces == null ? new AddressTraces(original) : traces;
            traces = made;
            return made;
        }
    }

    private final @Nullable Change[] ways = new @Nullable Change[2 * SETS];
    private final AddressMethod method;
    private final Function<byte[], ClientPlace> places;

    /** Strangers must not be able to choose addresses that fall into one slot. */
    private final int seed = RandomGenerator.getDefault().nextInt();

    AddressTable(AddressMethod method, Function<byte[], ClientPlace> places) {
        this.method = method;
        this.places = places;
    }

    /** What the address in an array becomes, which has 4 or 16 bytes. */
    Change change(byte[] bytes, int at, int length) {
        int way = 2 * set(bytes, at, length);
        Change recent = ways[way];
        if (recent != null && recent.isOf(bytes, at, length)) {
            return recent;
        }
        Change older = ways[way + 1];
        boolean known = older != null && older.isOf(bytes, at, length);
        Change found = older != null && known ? older : compute(bytes, at, length);
        ways[way + 1] = recent;
        ways[way] = found;
        return found;
    }

    private Change compute(byte[] bytes, int at, int length) {
        byte[] original = Arrays.copyOfRange(bytes, at, at + length);
        return new Change(original, method.change(original), places.apply(original));
    }

    private int set(byte[] bytes, int at, int length) {
        int hash = seed;
        for (int i = at; i < at + length; i++) {
            hash = (hash ^ bytes[i]) * 0x9E3779B1;
            hash ^= hash >>> 15;
        }
        return hash & SETS - 1;
    }
}
