package io.stream53.processor.count;

import io.stream53.schema.TldCount;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a counting task sends to the merging ones. {@link Partial}s go to the merger of their {@link
 * Partial#recordKey()}, {@link RunPart}s to that of their node; a {@link Progress} goes to every
 * merger, behind the partials it speaks of.
 */
public sealed interface CountMessage {
    /** First byte of every encoded message. */
    int VERSION = 1;

    /** The bytes of this message. */
    byte[] encode();

    /**
     * Reads a message.
     *
     * @throws IllegalArgumentException when the bytes are none of this version
     */
    static CountMessage decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        in.version(VERSION, "count message");
        int kind = in.u8();
        return switch (kind) {
            case Partial.KIND -> new Partial(in.text(), in.text(), in.i64(), in.bytes());
            case Progress.KIND -> new Progress(in.varint32(), in.i64(), in.u8() != 0);
            case RunPart.KIND ->
                    new RunPart(
                            in.text(),
                            in.i64(),
                            in.i64(),
                            MessageSums.read(in),
                            RunTotals.read(in),
                            in.u8(),
                            in.i64());
            default -> throw new IllegalArgumentException("unknown kind of count message " + kind);
        };
    }

    /** Key of a count in {@code dns.tld-counts}: {@code <dimension>|<key>|<window start>}. */
    static String recordKey(TldCount count) {
        return recordKey(count.getDimension(), count.getKey(), count.getTimestamp().toEpochMilli());
    }

    private static String recordKey(String dimension, String key, long windowStartMs) {
        return dimension + '|' + key + '|' + Instant.ofEpochMilli(windowStartMs);
    }

    /**
     * What one task added to one key in one window since it last sent a partial of it.
     *
     * @param dimension what key is, {@code tld}
     * @param windowStartMs start of the window, milliseconds since the epoch, a whole minute
     * @param tally bytes of a {@link Tally}
     */
    record Partial(String dimension, String key, long windowStartMs, byte[] tally)
            implements CountMessage {
        static final int KIND = 1;

        /** The same as that of the count that this becomes part of. */
        public String recordKey() {
            return CountMessage.recordKey(dimension, key, windowStartMs);
        }

        @Override
        public byte[] encode() {
            return new ByteWriter()
                    .u8(VERSION)
                    .u8(KIND)
                    .text(dimension)
                    .text(key)
                    .i64(windowStartMs)
                    .bytes(tally)
                    .toBytes();
        }
    }

    /**
     * What one task saw of one run in a minute, or behind the run's last watermark, since it last
     * sent a part of it. The sums add up over parts and tasks; the totals are the run's own, the
     * same in all tasks, and later ones replace earlier ones.
     *
     * @param minuteMs start of the minute of the watermarks that the figures come from; {@link
     *     #END} for what came behind the last one
     * @param totals null when no watermark told them
     * @param ending {@link #GOES_ON}, {@link #ENDED} with a final watermark, or {@link #CRASHED}
     *     without
     * @param latestUs latest time of a message or watermark of the run
     */
    record RunPart(
            String node,
            long run,
            long minuteMs,
            MessageSums sums,
            @Nullable RunTotals totals,
            int ending,
            long latestUs)
            implements CountMessage {
        static final int KIND = 3;
        static final long END = Long.MAX_VALUE;
        static final int GOES_ON = 0;
        static final int ENDED = 1;
        static final int CRASHED = 2;

        /** Both together; they are of one run and minute. */
        RunPart plus(RunPart other) {
            RunTotals both =
                    totals == null || other.totals == null
                            ? totals == null ? other.totals : totals
                            : totals.merge(other.totals);
            return new RunPart(
                    node,
                    run,
                    minuteMs,
                    sums.plus(other.sums),
                    both,
                    ending | other.ending,
                    Math.max(latestUs, other.latestUs));
        }

        /** All parts of a node go to one merger. */
        public String recordKey() {
            return "ledger|" + node;
        }

        @Override
        public byte[] encode() {
            ByteWriter out = new ByteWriter().u8(VERSION).u8(KIND);
            out.text(node).i64(run).i64(minuteMs);
            sums.write(out);
            RunTotals.write(totals, out);
            return out.u8(ending).i64(latestUs).toBytes();
        }
    }

    /**
     * How far a task has come: all transactions that began {@code match.timeout} before its
     * watermark, and earlier, are in the partials it has sent.
     *
     * @param upstream the task's partition of dns.raw
     * @param watermarkUs smallest of the watermarks of the nodes with something pending in the
     *     task, the largest of all when there is none; {@link Long#MAX_VALUE} when every node's run
     *     has ended
     * @param idle nothing is pending in the task: it holds no window open, since a partition that
     *     gets no more messages gets no more watermarks either
     */
    record Progress(int upstream, long watermarkUs, boolean idle) implements CountMessage {
        static final int KIND = 2;

        @Override
        public byte[] encode() {
            return new ByteWriter()
                    .u8(VERSION)
                    .u8(KIND)
                    .varint(upstream)
                    .i64(watermarkUs)
                    .u8(idle ? 1 : 0)
                    .toBytes();
        }
    }
}
