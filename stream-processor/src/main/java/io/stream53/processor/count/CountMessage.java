package io.stream53.processor.count;

import io.stream53.schema.TldCount;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a counting task sends to the merging ones. {@link Partial}s go to the merger of their {@link
 * Partial#mergeKey()}, {@link RunPart}s to that of their node, {@link Signal}s to that of their
 * subject; a {@link Progress} and a {@link SlotsSent} go to every merger, behind what they speak
 * of.
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
            case Progress.KIND -> Progress.read(in.varint32(), in);
            case RunPart.KIND ->
                    new RunPart(
                            in.text(),
                            in.i64(),
                            in.i64(),
                            MessageSums.read(in),
                            RunTotals.read(in),
                            in.u8(),
                            in.i64());
            case Signal.KIND -> new Signal(in.text(), in.text(), in.i64(), in.bytes());
            case SlotsSent.KIND -> SlotsSent.read(in.varint32(), in);
            default -> throw new IllegalArgumentException("unknown kind of count message " + kind);
        };
    }

    /** {@link TldCount#getWindow} of a minute. */
    String MINUTE = "PT1M";

    /** {@link TldCount#getWindow} of an hour. */
    String HOUR = "PT1H";

    /**
     * Key of a count in {@code dns.tld-counts}: {@code <dimension>|<key>|<window start>}, and
     * behind that of an hour {@code /PT1H}.
     */
    static String recordKey(TldCount count) {
        String key =
                recordKey(
                        count.getDimension(), count.getKey(), count.getTimestamp().toEpochMilli());
        return count.getWindow().equals(HOUR) ? key + '/' + HOUR : key;
    }

    /**
     * By the hash of this key the merger is chosen that holds a key's minutes and their hour: it is
     * the {@link #recordKey} of the hour, for the minutes as well, since they are added up to it.
     *
     * @param timeMs a time in the minute or hour, milliseconds since the epoch
     */
    static String mergeKey(String dimension, String key, long timeMs) {
        return dimension + '|' + key + '|' + hourText(Windows.hourOf(timeMs));
    }

    /** What the {@link #mergeKey} of all keys of an hour ends with. */
    static String hourText(long hourMs) {
        return Instant.ofEpochMilli(hourMs) + "/" + HOUR;
    }

    private static String recordKey(String dimension, String key, long windowStartMs) {
        return dimension + '|' + key + '|' + Instant.ofEpochMilli(windowStartMs);
    }

    /**
     * What one task added to one key in one window since it last sent a partial of it.
     *
     * @param dimension what key is, a {@link Dimension#text()}
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

        /** By which its merger is chosen. */
        public String mergeKey() {
            return CountMessage.mergeKey(dimension, key, windowStartMs);
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
     * How far a task has come: all transactions that began {@code match.timeout} before a node's
     * watermark, and earlier, are in the partials it has sent, as far as they are that node's.
     *
     * @param upstream the task's partition of dns.raw
     * @param watermarkUs smallest of the watermarks of the nodes with something pending in the
     *     task, the largest of all when there is none; {@link Long#MAX_VALUE} when every node's run
     *     has ended
     * @param idle nothing is pending in the task: it holds no window open, since a partition that
     *     gets no more messages gets no more watermarks either
     * @param times the watermarks node by node
     */
    record Progress(int upstream, long watermarkUs, boolean idle, NodeTimes times)
            implements CountMessage {
        static final int KIND = 2;

        /** Of one node, or of several with one clock. */
        public Progress(int upstream, long watermarkUs, boolean idle) {
            this(upstream, watermarkUs, idle, NodeTimes.of(watermarkUs, idle));
        }

        @Override
        public byte[] encode() {
            ByteWriter out = new ByteWriter().u8(VERSION).u8(KIND).varint(upstream);
            write(out);
            return out.toBytes();
        }

        /** All but the upstream. */
        void write(ByteWriter out) {
            times.write(out.i64(watermarkUs).u8(idle ? 1 : 0));
        }

        static Progress read(int upstream, ByteReader in) {
            long watermarkUs = in.i64();
            boolean idle = in.u8() != 0;
            // Earlier versions did not tell the nodes apart.
            return in.remaining() == 0
                    ? new Progress(upstream, watermarkUs, idle)
                    : new Progress(upstream, watermarkUs, idle, NodeTimes.read(in));
        }
    }

    /**
     * What one task saw of one subject that alerts may be about, in one slot; several add up.
     *
     * @param watch what was looked for
     * @param subject a registered domain, an address, or a node and an address
     * @param slotStartMs start of the slot, milliseconds since the epoch
     * @param signs bytes of {@code io.stream53.processor.detect.Signs}
     */
    record Signal(String watch, String subject, long slotStartMs, byte[] signs)
            implements CountMessage {
        static final int KIND = 4;

        /** All signals of a subject go to one merger. */
        public String recordKey() {
            return "alert|" + watch + '|' + subject;
        }

        @Override
        public byte[] encode() {
            return new ByteWriter()
                    .u8(VERSION)
                    .u8(KIND)
                    .text(watch)
                    .text(subject)
                    .i64(slotStartMs)
                    .bytes(signs)
                    .toBytes();
        }
    }

    /**
     * How far a task has come with its {@link Signal}s. Goes to every merger, behind them. {@link
     * Progress} does not say that: an idle task holds no window open, but may hold signals back,
     * since a slot is sent once.
     *
     * @param upstream the task's partition of dns.raw
     * @param times how far each of its nodes has come: those of all slots that end at such a time
     *     or before have been sent, as far as they are that node's; {@link Long#MIN_VALUE} for none
     *     yet. Those that rest add to no slot that others have passed
     */
    record SlotsSent(int upstream, NodeTimes times) implements CountMessage {
        static final int KIND = 7;

        /**
         * Of one node, or of several with one clock; {@link Long#MAX_VALUE} when all have ended.
         */
        public SlotsSent(int upstream, long throughUs, boolean holds) {
            this(upstream, NodeTimes.of(throughUs, !holds));
        }

        @Override
        public byte[] encode() {
            ByteWriter out = new ByteWriter().u8(VERSION).u8(KIND).varint(upstream);
            write(out);
            return out.toBytes();
        }

        /** All but the upstream. */
        public void write(ByteWriter out) {
            // Earlier versions knew one time for all nodes, and read what they know.
            boolean holds = !times.holding().isEmpty();
            List<Long> some = holds ? times.holding() : times.resting();
            long through =
                    some.isEmpty() ? Long.MIN_VALUE : holds ? some.getFirst() : some.getLast();
            times.write(out.i64(through).u8(holds ? 1 : 0));
        }

        /** Takes back what {@link #write} wrote. */
        public static SlotsSent read(int upstream, ByteReader in) {
            long throughUs = in.i64();
            boolean holds = in.u8() != 0;
            return in.remaining() == 0
                    ? new SlotsSent(upstream, throughUs, holds)
                    : new SlotsSent(upstream, NodeTimes.read(in));
        }
    }
}
