package io.stream53.processor.count;

import java.util.HashMap;
import java.util.Map;

/** What is known of one node in one minute. */
final class NodeMinute {
    MessageSums sums = MessageSums.NONE;

    /** The last that each run told in this minute. */
    final Map<Long, RunTotals> totals = new HashMap<>();

    /** The record differs from what was emitted of it last. */
    boolean unsent;

    void write(ByteWriter out) {
        sums.write(out);
        out.u8(unsent ? 1 : 0).varint(totals.size());
        totals.forEach(
                (run, told) -> {
                    out.i64(run);
                    RunTotals.write(told, out);
                });
    }

    static NodeMinute read(ByteReader in) {
        NodeMinute minute = new NodeMinute();
        minute.sums = MessageSums.read(in);
        minute.unsent = in.u8() != 0;
        for (int left = in.varint32(); left > 0; left--) {
            long run = in.i64();
            RunTotals told = RunTotals.read(in);
            minute.totals.put(run, told == null ? RunTotals.NONE : told);
        }
        return minute;
    }
}
