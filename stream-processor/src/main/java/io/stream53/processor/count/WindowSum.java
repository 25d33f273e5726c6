package io.stream53.processor.count;

import io.stream53.schema.TldCount;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one key in one {@link Window}, or a part of them that a task sent. Most sums are a
 * single part, and most of the others are added to once in a while: so figures are held as the
 * bytes they came as, a tenth of the heap of a tally, until something is added or asked.
 */
final class WindowSum {
    /** In no {@link SumBlocks block} yet. */
    static final int NO_BLOCK = -1;

    private @Nullable Tally tally;

    /** The same figures, when they are known. A sum may share its bytes with others. */
    private byte @Nullable [] packed;

    private long late;
    private boolean unsent;

    /** The block that this is saved in. */
    int block = NO_BLOCK;

    /** Nothing counted. */
    WindowSum() {
        this(null, 0, false);
    }

    private WindowSum(byte @Nullable [] packed, long late, boolean unsent) {
        this.packed = packed;
        this.late = late;
        this.unsent = unsent;
    }

    /**
     * A part as a task sent it.
     *
     * @throws IllegalArgumentException when the tally is of another version
     */
    static WindowSum part(byte[] tally) {
        Tally.checkVersion(tally);
        return new WindowSum(tally, 0, false);
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
    void add(WindowSum part, boolean isLate) {
        if (tally == null && packed == null) {
            packed = part.bytes();
        } else {
            Tally figures = unpacked();
            figures.add(part.unpacked());
            tally = figures;
            packed = null;
        }
        unsent = true;
        late += isLate ? part.figures().transactions() : 0;
    }

    /** Holds the figures as bytes alone from now on. */
    void pack() {
        packed = bytes();
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
        return figures().toCount(name, window.startMs, window.lengthMs, late, !window.isOpen());
    }

    void write(ByteWriter out) {
        out.varint(late).u8(unsent ? 1 : 0).bytes(bytes());
    }

    static WindowSum read(ByteReader in) {
        long late = in.varint();
        boolean unsent = in.u8() != 0;
        return new WindowSum(in.bytes(), late, unsent);
    }

    /** The figures, to be read only; what is packed stays so. */
    Tally figures() {
        return tally != null ? tally : packed == null ? new Tally() : Tally.fromBytes(packed);
    }

    /** The figures, unpacked until {@link #pack}; adding to them is up to {@link #add}. */
    Tally unpacked() {
        Tally figures = figures();
        tally = figures;
        return figures;
    }

    private byte[] bytes() {
        return packed != null ? packed : figures().toBytes();
    }
}
