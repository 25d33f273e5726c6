package io.stream53.processor.count;

import io.stream53.schema.DnsPacket;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an agent's run told of itself in a watermark: totals since it began.
 *
 * @param watermarkUs the watermark's time; the largest long when the run has ended
 * @param captured candidates found
 * @param sent messages numbered, over all partitions
 * @param dropped candidates dropped, by reason
 * @param samplingRate the largest told in the minute
 */
record RunTotals(
        long watermarkUs, long captured, long sent, Map<String, Long> dropped, int samplingRate) {
    static final RunTotals NONE = new RunTotals(Long.MIN_VALUE, 0, 0, Map.of(), 1);

    RunTotals {
        dropped = new TreeMap<>(dropped);
    }

    static RunTotals of(DnsPacket watermark) {
        return new RunTotals(
                watermark.getTimestampUs(),
                watermark.getCaptured(),
                watermark.getRunSent(),
                watermark.getLosses(),
                watermark.getSamplingRate());
    }

    /** The later one: all partitions are told the same at one time. */
    RunTotals merge(RunTotals other) {
        RunTotals later = other.watermarkUs > watermarkUs ? other : this;
        return new RunTotals(
                later.watermarkUs,
                later.captured,
                later.sent,
                later.dropped,
                Math.max(samplingRate, other.samplingRate));
    }

    /** Whether nothing happened between the two. */
    boolean tellsTheSameAs(RunTotals other) {
        return captured == other.captured
                && sent == other.sent
                && samplingRate == other.samplingRate
                && dropped.equals(other.dropped);
    }

    static void write(@Nullable RunTotals totals, ByteWriter out) {
        out.u8(totals == null ? 0 : 1);
        if (totals != null) {
            out.i64(totals.watermarkUs).varint(totals.captured).varint(totals.sent);
            out.varint(totals.samplingRate).varint(totals.dropped.size());
            totals.dropped.forEach((reason, count) -> out.text(reason).varint(count));
        }
    }

    static @Nullable RunTotals read(ByteReader in) {
        if (in.u8() == 0) {
            return null;
        }
        long watermarkUs = in.i64();
        long captured = in.varint();
        long sent = in.varint();
        int samplingRate = in.varint32();
        Map<String, Long> dropped = new TreeMap<>();
        for (int left = in.varint32(); left > 0; left--) {
            dropped.put(in.text(), in.varint());
        }
        return new RunTotals(watermarkUs, captured, sent, dropped, samplingRate);
    }
}
