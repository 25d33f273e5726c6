package io.stream53.processor.count;

import java.util.ArrayList;
import java.util.List;

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
    static NodeTimes of(long watermarkUs, boolean idle) {
        List<Long> one = List.of(watermarkUs);
        return idle || watermarkUs == Long.MAX_VALUE
                ? new NodeTimes(List.of(), one, false)
                : new NodeTimes(one, List.of(), false);
    }

    /** Whether both have come as far, whichever node holds windows open. */
    public boolean isAsFarAs(NodeTimes other) {
        return backlog == other.backlog && all().equals(other.all());
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

    void write(ByteWriter out) {
        write(holding, out);
        write(resting, out);
        out.u8(backlog ? 1 : 0);
    }

    private static void write(List<Long> times, ByteWriter out) {
        out.varint(times.size());
        times.forEach(out::i64);
    }

    static NodeTimes read(ByteReader in) {
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
