package io.stream53.processor.match;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What was written to the state together, and which of it is still as it was written. */
final class StateBlock {
    private static final int MAX_ENTRIES = Long.SIZE;

    /** By number; null where it is gone, or was written again in another block. */
    private final @Nullable Held<?>[] members;

    /** Key of an entry on its own, as earlier versions wrote them; null for a block. */
    private final byte @Nullable [] single;

    private final long number;
    private long gone;
    private boolean goneWritten;

    /** Something of it is gone since the last drain. */
    boolean touched;

    private StateBlock(long number, byte @Nullable [] single, int size) {
        if (size > MAX_ENTRIES) {
            throw new IllegalArgumentException("a block of " + size + " entries");
        }
        this.number = number;
        this.single = single;
        this.members = new Held<?>[size];
    }

    static StateBlock of(long number, int size) {
        return new StateBlock(number, null, size);
    }

    static StateBlock single(byte[] key) {
        return new StateBlock(0, key, 1);
    }

    void put(int index, Held<?> held) {
        members[index] = held;
        held.block = this;
        held.inBlock = (byte) index;
    }

    /** Restored, with these gone. */
    void restoreGone(long bits) {
        gone = bits;
        goneWritten = bits != 0;
    }

    void remove(Held<?> held) {
        members[held.inBlock] = null;
        gone |= 1L << held.inBlock;
        held.block = null;
    }

    /**
     * Half of it or more is gone: its bytes are worth no more. The other half is written anew,
     * which is no more than what has gone.
     */
    boolean isSpent() {
        return 2 * Long.bitCount(gone) >= members.length;
    }

    /** Those that are not gone, by number; others are null. */
    @Nullable Held<?>[] members() {
        return members;
    }

    void delete(StateWriter writer) {
        writer.delete(single != null ? single : StateCodec.key(StateCodec.Kind.BLOCK, number));
        if (goneWritten) {
            writer.delete(StateCodec.key(StateCodec.Kind.GONE, number));
        }
    }

    void writeGone(StateWriter writer) {
        writer.put(
                StateCodec.key(StateCodec.Kind.GONE, number),
                ByteBuffer.allocate(1 + Long.BYTES).put(StateCodec.VERSION).putLong(gone).array());
        goneWritten = true;
    }
}
