package io.stream53.processor.count;

/**
 * The entries of a {@link WindowMerger}'s state: a byte for the kind, then what names the entry.
 */
sealed interface StateKey {
    /** First byte of every value. */
    int VERSION = 1;

    byte[] encode();

    static StateKey decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int kind = in.u8();
        return switch (kind) {
            case OfUpstream.KIND -> new OfUpstream(in.varint32());
            case OfWindow.KIND -> new OfWindow(in.i64());
            case OfSum.KIND -> new OfSum(in.i64(), new Window.Name(in.text(), in.text()));
            case OfBlock.KIND -> new OfBlock(in.i64(), in.varint32());
            case OfEvicted.KIND -> new OfEvicted(in.i64());
            case Totals.KIND -> Totals.INSTANCE;
            default -> throw new IllegalArgumentException("unknown kind of state " + kind);
        };
    }

    /** An upstream's last progress. */
    record OfUpstream(int upstream) implements StateKey {
        static final int KIND = 'p';

        @Override
        public byte[] encode() {
            return new ByteWriter().u8(KIND).varint(upstream).toBytes();
        }
    }

    /** A closed window's number; open windows have no entry but those of their sums. */
    record OfWindow(long startMs) implements StateKey {
        static final int KIND = 'w';

        @Override
        public byte[] encode() {
            return new ByteWriter().u8(KIND).i64(startMs).toBytes();
        }
    }

    /** Some of the sums of a window. */
    record OfBlock(long startMs, int block) implements StateKey {
        static final int KIND = 'b';

        @Override
        public byte[] encode() {
            return new ByteWriter().u8(KIND).i64(startMs).varint(block).toBytes();
        }
    }

    /** A sum, as an earlier version wrote it. */
    record OfSum(long startMs, Window.Name name) implements StateKey {
        static final int KIND = 's';

        @Override
        public byte[] encode() {
            return new ByteWriter()
                    .u8(KIND)
                    .i64(startMs)
                    .text(name.dimension())
                    .text(name.key())
                    .toBytes();
        }
    }

    /** A block of windows that were given up. */
    record OfEvicted(long block) implements StateKey {
        static final int KIND = 'e';

        @Override
        public byte[] encode() {
            return new ByteWriter().u8(KIND).i64(block).toBytes();
        }
    }

    /** Running numbers; the windows given up, as an earlier version wrote them. */
    enum Totals implements StateKey {
        INSTANCE;

        static final int KIND = 't';

        @Override
        public byte[] encode() {
            return new ByteWriter().u8(KIND).toBytes();
        }
    }
}
