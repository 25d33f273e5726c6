package io.stream53.processor.count;

import io.stream53.schema.TldCount;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one key in one {@link Window}. Of closed windows and of hours, which are many and
 * rarely added to, only the tally's bytes are held: a tenth of its heap.
 */
final class WindowSum {
    private @Nullable Tally tally;
    private byte @Nullable [] packed;
    private long late;
    private boolean unsent;

    /** Nothing counted. */
    WindowSum() {
        this(null, 0, false);
    }

    private WindowSum(byte @Nullable [] packed, long late, boolean unsent) {
        this.packed = packed;
        this.late = late;
        this.unsent = unsent;
    }

    /** The figures differ from those taken last. */
    boolean unsent() {
        return unsent;
    }

    /** Makes the figures be taken again. */
    void touch() {
        unsent = true;
    }

    /** Adds a part, as late when the window was declared final before. */
    void add(Tally part, boolean isLate) {
        Tally figures = tally();
        figures.add(part);
        tally = figures;
        packed = null;
        unsent = true;
        late += isLate ? part.transactions() : 0;
    }

    /** Holds the figures as bytes from now on. */
    void pack() {
        packed = toBytes();
        tally = null;
    }

    /** Bytes that are held; 0 while the figures are unpacked. */
    int packedBytes() {
        return packed == null ? 0 : packed.length;
    }

    /** The figures as a record. */
    TldCount take(Window window, Window.Name name) {
        unsent = false;
        return toCount(window, name);
    }

    /** The figures as a record, which are not taken thereby. */
    TldCount toCount(Window window, Window.Name name) {
        return tally().toCount(name, window.startMs, window.lengthMs, late, !window.isOpen());
    }

    void write(ByteWriter out) {
        out.varint(late).u8(unsent ? 1 : 0).bytes(toBytes());
    }

    static WindowSum read(ByteReader in) {
        long late = in.varint();
        boolean unsent = in.u8() != 0;
        return new WindowSum(in.bytes(), late, unsent);
    }

    /** The figures; adding to them is up to {@link #add}. */
    Tally tally() {
        if (tally != null) {
            return tally;
        }
        return packed == null ? new Tally() : Tally.fromBytes(packed);
    }

    private byte[] toBytes() {
        return packed != null ? packed : tally().toBytes();
    }
}
