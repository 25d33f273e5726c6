package io.stream53.processor.count;

import org.jspecify.annotations.Nullable;

/** One run of a node's agent: what came behind its last watermark, and where its totals begin. */
final class NodeRun {
    static final long NOWHERE = Long.MIN_VALUE;

    /** Totals of the last minute that was given up. */
    RunTotals base = RunTotals.NONE;

    /** The run's end; null while it goes on. */
    CountMessage.@Nullable RunPart end;

    /** Last minute that the run told of. */
    long lastMinuteMs = NOWHERE;

    /** The minute that the end belongs to: that of the run's latest message or watermark. */
    long endMinuteMs() {
        if (end == null) {
            return NOWHERE;
        }
        long latestUs = end.latestUs();
        return latestUs == Long.MIN_VALUE
                ? lastMinuteMs
                : Math.max(lastMinuteMs, Windows.startOf(Math.floorDiv(latestUs, 1000L)));
    }

    void write(ByteWriter out) {
        RunTotals.write(base, out);
        out.i64(lastMinuteMs).bytes(end == null ? new byte[0] : end.encode());
    }

    static NodeRun read(ByteReader in) {
        NodeRun run = new NodeRun();
        RunTotals base = RunTotals.read(in);
        run.base = base == null ? RunTotals.NONE : base;
        run.lastMinuteMs = in.i64();
        byte[] end = in.bytes();
        if (end.length > 0 && CountMessage.decode(end) instanceof CountMessage.RunPart part) {
            run.end = part;
        }
        return run;
    }
}
