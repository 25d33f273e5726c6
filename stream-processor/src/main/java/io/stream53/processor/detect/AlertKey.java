package io.stream53.processor.detect;

import io.stream53.processor.count.ByteReader;
import io.stream53.processor.count.ByteWriter;

/**
 * The entries of an {@link AlertMerger}'s state: a byte for the kind, then what names the entry.
 */
sealed interface AlertKey {
    /** First byte of every value. */
    int VERSION = 1;

    byte[] encode();

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException when it is none
     */
    static AlertKey decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int kind = in.u8();
        return switch (kind) {
            case OfUpstream.KIND -> new OfUpstream(in.varint32());
            case OfSigns.KIND -> new OfSigns(in.i64(), Watch.of(in.u8()), in.text());
            case OfEpisode.KIND -> new OfEpisode(new Episode.Name(in.text(), in.text(), in.i64()));
            case OfServer.KIND -> new OfServer(in.text());
            case OfJudged.KIND -> new OfJudged(in.i64());
            default -> throw new IllegalArgumentException("unknown kind of state " + kind);
        };
    }

    /** How far an upstream has come. */
    record OfUpstream(int upstream) implements AlertKey {
        static final int KIND = 'p';

        @Override
        public byte[] encode() {
            return new ByteWriter().u8(KIND).varint(upstream).toBytes();
        }
    }

    /** What was seen of a subject in a slot. */
    record OfSigns(long slot, Watch watch, String subject) implements AlertKey {
        static final int KIND = 's';

        @Override
        public byte[] encode() {
            return new ByteWriter().u8(KIND).i64(slot).u8(watch.code).text(subject).toBytes();
        }
    }

    /** An alert, or a candidate for one. */
    record OfEpisode(Episode.Name name) implements AlertKey {
        static final int KIND = 'e';

        @Override
        public byte[] encode() {
            return new ByteWriter()
                    .u8(KIND)
                    .text(name.rule())
                    .text(name.subject())
                    .i64(name.start())
                    .toBytes();
        }
    }

    /** What a server is usually like. */
    record OfServer(String subject) implements AlertKey {
        static final int KIND = 'b';

        @Override
        public byte[] encode() {
            return new ByteWriter().u8(KIND).text(subject).toBytes();
        }
    }

    /** A slot that was judged, in the state of earlier versions. */
    record OfJudged(long slot) implements AlertKey {
        static final int KIND = 'j';

        @Override
        public byte[] encode() {
            return new ByteWriter().u8(KIND).i64(slot).toBytes();
        }
    }
}
