package io.stream53.processor.view;

import io.stream53.schema.DnsPacket;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the nodes have come in one partition of dns.raw. The task's thread writes, any other
 * reads. It starts empty: a live node tells of itself each second.
 */
public final class SourceView {
    private static final int MAX_NODES = 10_000;

    /** The smallest delay is that of the last one to two spans. */
    private static final long SPAN_MS = 60_000;

    /** Smallest delays by the processor's clock: of this span, and of the one before. */
    private record Delays(long run, long spanStartMs, long now, long before) {
        static Delays next(@Nullable Delays last, long run, long nowMs, long delayMs) {
            if (last == null || last.run != run || nowMs - last.spanStartMs >= 2 * SPAN_MS) {
                return new Delays(run, nowMs, delayMs, Long.MAX_VALUE);
            }
            return nowMs - last.spanStartMs >= SPAN_MS
                    ? new Delays(run, nowMs, delayMs, last.now)
                    : new Delays(run, last.spanStartMs, Math.min(last.now, delayMs), last.before);
        }

        long smallest() {
            return Math.min(now, before);
        }
    }

    private final int partition;
    private final Map<String, NodeTime> nodes = new ConcurrentHashMap<>();
    private final Map<String, Delays> delays = new ConcurrentHashMap<>();

    SourceView(int partition) {
        this.partition = partition;
    }

    /** The partition of dns.raw. */
    public int partition() {
        return partition;
    }

    /**
     * A watermark was read.
     *
     * @param nowMs the processor's clock
     */
    public void watermark(DnsPacket packet, long nowMs) {
        String node = packet.getNode();
        NodeTime before = nodes.get(node);
        if (before == null && nodes.size() >= MAX_NODES) {
            return;
        }
        if (packet.getFinal$()) {
            if (before != null && before.run() == packet.getRun()) {
                nodes.put(
                        node,
                        new NodeTime(
                                node,
                                before.run(),
                                before.watermarkMs(),
                                true,
                                nowMs,
                                before.delayMs(),
                                packet.getSamplingRate()));
            }
            return;
        }
        long watermarkMs = Math.floorDiv(packet.getTimestampUs(), 1000L);
        Delays delay = Delays.next(delays.get(node), packet.getRun(), nowMs, nowMs - watermarkMs);
        delays.put(node, delay);
        nodes.put(
                node,
                new NodeTime(
                        node,
                        packet.getRun(),
                        watermarkMs,
                        false,
                        nowMs,
                        delay.smallest(),
                        packet.getSamplingRate()));
    }

    /** The nodes with a watermark in this partition since the task started. */
    public Collection<NodeTime> nodes() {
        return nodes.values();
    }
}
