package io.stream53.processor.count;

import io.stream53.processor.match.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The state of {@link TaskCounts}: what was added between two drains as records of many sums, under
 * running numbers, until all has been sent.
 */
final class CountJournal {
    private static final int VERSION = 1;

    /**
     * First byte of a record's key. The first layout had a key of the window's start and the key in
     * the dimension tld, whose first byte no time of this age begins with.
     */
    private static final int RECORD = 'j';

    private static final int RECORD_KEY_BYTES = 1 + Long.BYTES;

    /** Bytes at which a record is written. */
    private static final int RECORD_BYTES = 100_000;

    private ByteWriter next = new ByteWriter();
    private long number;

    /** Keys of the records that hold what was not sent, and of those that are to be deleted. */
    private final List<byte[]> live = new ArrayList<>();

    private final List<byte[]> sent = new ArrayList<>();

    /** Adds a sum to what is being drained. */
    void add(SumName name, Tally tally, StateWriter writer) {
        next.text(name.dimension()).text(name.key()).i64(name.windowStartMs());
        next.bytes(tally.toBytes());
        if (next.size() >= RECORD_BYTES) {
            write(writer);
        }
    }

    /** Writes what is left, and deletes what was sent before the drain. */
    void finish(StateWriter writer) {
        if (next.size() > 0) {
            write(writer);
        }
        sent.forEach(writer::delete);
        sent.clear();
    }

    /** All that the journal holds was sent. */
    void clear() {
        sent.addAll(live);
        live.clear();
    }

    /**
     * Takes back a record.
     *
     * @throws IllegalArgumentException when the bytes are none
     */
    void restore(byte[] key, byte[] value, BiConsumer<SumName, Tally> sums) {
        if (key.length == RECORD_KEY_BYTES && key[0] == RECORD) {
            ByteReader in = new ByteReader(value);
            in.version(VERSION, "counts not sent");
            while (in.remaining() > 0) {
                SumName name = new SumName(in.text(), in.text(), in.i64());
                sums.accept(name, Tally.fromBytes(in.bytes()));
            }
            ByteReader numberOf = new ByteReader(key);
            numberOf.u8();
            number = Math.max(number, numberOf.i64() + 1);
        } else {
            ByteReader in = new ByteReader(key);
            long windowStartMs = in.i64();
            SumName name = new SumName(Dimension.TLD.text(), in.text(), windowStartMs);
            sums.accept(name, Tally.fromBytes(value));
        }
        live.add(key.clone());
    }

    private void write(StateWriter writer) {
        byte[] key = new ByteWriter().u8(RECORD).i64(number++).toBytes();
        ByteWriter value = new ByteWriter().u8(VERSION);
        writer.put(key, value.raw(next.toBytes()).toBytes());
        live.add(key);
        next = new ByteWriter();
    }
}
