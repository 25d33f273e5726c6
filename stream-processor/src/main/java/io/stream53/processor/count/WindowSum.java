package io.stream53.processor.count;

import io.stream53.schema.TldCount;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one key in one {@link Window}. Of closed windows, which are many and rarely added
 * to, only the tally's bytes are held: a tenth of its heap.
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

    /** Adds a task's part, as late when the window was declared final before. */
    void add(Tally part, boolean isLate) {
        unpacked().add(part);
        packed = null;
        unsent = true;
        late += isLate ? part.transactions() : 0;
    }

    /** The figures as a record; those of a closed window are packed thereafter. */
    TldCount take(Window.Name name, long windowStartMs, boolean isFinal) {
        Tally figures = unpacked();
        unsent = false;
        if (isFinal) {
            packed = figures.toBytes();
            tally = null;
        }
        return figures.toCount(name.dimension(), name.key(), windowStartMs, late, isFinal);
    }

    void write(ByteWriter out) {
        out.varint(late).u8(unsent ? 1 : 0).bytes(packed != null ? packed : unpacked().toBytes());
    }

    static WindowSum read(ByteReader in) {
        long late = in.varint();
        boolean unsent = in.u8() != 0;
        return new WindowSum(in.bytes(), late, unsent);
    }

    private Tally unpacked() {
        if (tally == null) {
            tally = packed == null ? new Tally() : Tally.fromBytes(packed);
        }
        return tally;
    }
}
