package io.stream53.processor.match;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * Writes what is held, many entries in a record: at a commit hundreds of queries are in flight, and
 * by the next one nearly all of them have been answered, so that a record for each and another for
 * its end would be most of the changelog. Of what is gone of a block only the bits are written, and
 * once half of it is gone the rest moves to a new block. So no more is written again than what
 * went, and at a drain the dead take no more room than the living.
 */
final class StateBlocks {
    private static final int MAX_ENTRIES = Long.SIZE;

    /** A block is closed before it exceeds this, as long as it has one entry. */
    private static final int MAX_BYTES = 64 << 10;

    private long nextNumber;

    /** The first arrival since the last drain. */
    private long firstNew;

    /** Of which something is gone since the last drain. */
    private final List<StateBlock> touched = new ArrayList<>();

    /** To be written again; some may be gone by now. */
    private final List<Held<?>> again = new ArrayList<>();

    /** The block being made. */
    private final List<Held<?>> batch = new ArrayList<>(MAX_ENTRIES);

    private int batchBytes;

    /** Restored, of blocks that are yet to come. */
    private final Map<Long, Long> restoredGone = new HashMap<>();

    /** What was held is so no more. */
    void gone(Held<?> held) {
        StateBlock block = held.block;
        if (block != null) {
            block.remove(held);
            if (!block.touched) {
                block.touched = true;
                touched.add(block);
            }
        }
    }

    /** What is held has changed. */
    void changed(Held<?> held) {
        if (held.block != null) {
            gone(held);
            again.add(held);
        }
    }

    /**
     * Writes what has changed.
     *
     * @param arrivals above the numbers of all that is held
     */
    void drain(StateWriter writer, List<HeldSet<?>> sets, long arrivals) {
        for (StateBlock block : touched) {
            settle(block, writer);
        }
        touched.clear();
        for (Held<?> held : again) {
            // An object may have become another query since, which is new.
            if (held.order < firstNew && held.heapIndex >= 0) {
                write(held, writer);
            }
        }
        again.clear();
        for (HeldSet<?> set : sets) {
            set.forEachSince(firstNew, held -> write(held, writer));
        }
        finish(writer);
        firstNew = arrivals;
    }

    private void settle(StateBlock block, StateWriter writer) {
        block.touched = false;
        if (!block.isSpent()) {
            block.writeGone(writer);
            return;
        }
        block.delete(writer);
        for (Held<?> member : block.members()) {
            if (member != null) {
                member.block = null;
                again.add(member);
            }
        }
    }

    private void write(Held<?> held, StateWriter writer) {
        int length = StateCodec.entryLength(held);
        if (batch.size() == MAX_ENTRIES || !batch.isEmpty() && batchBytes + length > MAX_BYTES) {
            finish(writer);
        }
        batch.add(held);
        batchBytes += length;
    }

    private void finish(StateWriter writer) {
        if (batch.isEmpty()) {
            return;
        }
        StateBlock block = StateBlock.of(nextNumber, batch.size());
        byte[] value = new byte[1 + batchBytes];
        ByteBuffer out = ByteBuffer.wrap(value).put(StateCodec.VERSION);
        for (int i = 0; i < batch.size(); i++) {
            StateCodec.putEntry(batch.get(i), out, value);
            block.put(i, batch.get(i));
        }
        writer.put(StateCodec.key(StateCodec.Kind.BLOCK, nextNumber), value);
        nextNumber++;
        batch.clear();
        batchBytes = 0;
    }

    void restoreGone(byte[] key, byte[] value) {
        restoredGone.put(StateCodec.order(key), StateCodec.open(value).getLong());
    }

    /**
     * Takes a block back.
     *
     * @param restore takes one entry back
     */
    void restoreBlock(byte[] key, byte[] value, BiFunction<byte[], byte[], Held<?>> restore) {
        long number = StateCodec.order(key);
        nextNumber = Math.max(nextNumber, number + 1);
        long gone = Objects.requireNonNullElse(restoredGone.remove(number), 0L);
        StateBlock block = StateBlock.of(number, countEntries(value));
        ByteBuffer in = StateCodec.open(value);
        for (int i = 0; in.hasRemaining(); i++) {
            byte[] entryKey = StateCodec.bytes(in, Short.toUnsignedInt(in.getShort()));
            int keyAt = in.position() - entryKey.length + StateCodec.KEY_PREFIX_BYTES;
            byte[] entry = StateCodec.bytes(in, in.getInt());
            if ((gone & 1L << i) == 0) {
                Held<?> held = restore.apply(entryKey, entry);
                block.put(i, held);
                held.writtenTo(value, keyAt, in.position());
                firstNew = Math.max(firstNew, held.order + 1);
            }
        }
        block.restoreGone(gone);
    }

    private static int countEntries(byte[] value) {
        ByteBuffer in = StateCodec.open(value);
        int count = 0;
        for (; in.hasRemaining(); count++) {
            skip(in, Short.toUnsignedInt(in.getShort()));
            skip(in, in.getInt());
        }
        return count;
    }

    private static void skip(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("an entry of the matcher's state breaks off");
        }
        in.position(in.position() + length);
    }

    /** An entry on its own, as earlier versions wrote them. */
    void restoreSingle(byte[] key, Held<?> held) {
        StateBlock.single(key).put(0, held);
        firstNew = Math.max(firstNew, held.order + 1);
    }
}
