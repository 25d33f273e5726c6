package io.stream53.processor.count;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * How far the nodes have come whose messages one task reads: watermarks, microseconds since the
 * epoch, ascending, and of those that close the same windows the smallest alone. Each node speaks
 * for itself, so that one with a wild clock stands for no other.
 *
 * @param holding of runs that go on
 * @param resting of runs that have ended, or of which there is nothing more to read for now: they
 *     show what has passed and hold nothing open
 * @param backlog the task has yet to read what is there: a node may be far behind without its clock
 *     being wrong
 */
public record NodeTimes(List<Long> holding, List<Long> resting, boolean backlog) {
    /** Nothing was read yet, and all may come. */
    public static final NodeTimes UNKNOWN = new NodeTimes(List.of(Long.MIN_VALUE), List.of(), true);

    /** There is no node. */
    public static final NodeTimes NONE = new NodeTimes(List.of(), List.of(), false);

    public NodeTimes {
        holding = List.copyOf(holding);
        resting = List.copyOf(resting);
    }

    /** What one watermark for all nodes says, {@link Long#MAX_VALUE} when all runs have ended. */
    public static NodeTimes of(long watermarkUs, boolean idle) {
        List<Long> one = List.of(watermarkUs);
        return idle || watermarkUs == Long.MAX_VALUE
                ? new NodeTimes(List.of(), one, false)
                : new NodeTimes(one, List.of(), false);
    }

    /** Whether both have come as far, whichever node holds windows open. */
    public boolean isAsFarAs(NodeTimes other) {
        return backlog == other.backlog && all().equals(other.all());
    }

    /** The same with other times, ascending too, in place of these. */
    public NodeTimes map(LongUnaryOperator other) {
        return new NodeTimes(map(holding, other), map(resting, other), backlog);
    }

    private static List<Long> map(List<Long> times, LongUnaryOperator other) {
        return times.stream().map(other::applyAsLong).distinct().toList();
    }

    /** The same for a task that has nothing more to add to what others have passed. */
    public NodeTimes atRest() {
        return new NodeTimes(List.of(), all(), backlog);
    }

    /**
     * All windows that end by this time, milliseconds since the epoch, must have been sent when
     * these times are told: those that one of them closes, or all when a run has ended or rests,
     * since such a one holds nothing open.
     *
     * @param closeDelay how far a watermark must have passed a window's end to close it
     */
    public long closedByMs(Duration closeDelay) {
        if (!resting.isEmpty() || holding.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long latestUs = holding.getLast();
        long delayUs = closeDelay.toNanos() / 1000;
        return latestUs < Long.MIN_VALUE + delayUs
                ? Long.MIN_VALUE
                : Math.floorDiv(latestUs - delayUs, 1000);
    }

    /** Times told. */
    public int size() {
        return holding.size() + resting.size();
    }

    private List<Long> all() {
        List<Long> all = new ArrayList<>(holding);
        all.addAll(resting);
        return all.stream().sorted().distinct().toList();
    }

    /** In bytes, for a state or a message. */
    public void write(ByteWriter out) {
        write(holding, out);
        write(resting, out);
        out.u8(backlog ? 1 : 0);
    }

    private static void write(List<Long> times, ByteWriter out) {
        out.varint(times.size());
        times.forEach(out::i64);
    }

    /** Takes back what {@link #write} wrote. */
    public static NodeTimes read(ByteReader in) {
        return new NodeTimes(times(in), times(in), in.u8() != 0);
    }

    private static List<Long> times(ByteReader in) {
        List<Long> times = new ArrayList<>();
        for (int left = in.varint32(); left > 0; left--) {
            times.add(in.i64());
        }
        return times;
    }
}
