package io.stream53.agent.filter;

import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;

/**
 * What was decided for recent queries by their question: responses without one (RFC 7873 section
 * 5.4, header-only errors, later messages of a zone transfer) follow the query. A table of fixed
 * size: a newcomer may push out another, whose responses without question then count as unknown.
 */
final class QuestionMemory {
    private static final int SLOTS = 1 << 16;
    private static final int KEEP = 1;

    /** Upper 63 bits of the flow's hash, and whether it is kept. */
    private final long[] flows = new long[SLOTS];

    private final long[] timesUs = new long[SLOTS];
    private final long memoryUs;

    /** Remembers for so long. */
    QuestionMemory(long memoryUs) {
        this.memoryUs = memoryUs;
    }

    void remember(PacketView packet, DnsMessage message, boolean keep) {
        long flow = flow(packet, message);
        int slot = slot(flow);
        flows[slot] = flow | (keep ? KEEP : 0);
        timesUs[slot] = packet.timestampUs();
    }

    /** Whether the query was kept; the default when it is not known. Goes on remembering it. */
    boolean recall(PacketView packet, DnsMessage message, boolean otherwise) {
        long flow = flow(packet, message);
        int slot = slot(flow);
        long age = packet.timestampUs() - timesUs[slot];
        if ((flows[slot] & ~KEEP) != flow || age > memoryUs) {
            return otherwise;
        }
        timesUs[slot] = packet.timestampUs();
        return (flows[slot] & KEEP) != 0;
    }

    private static int slot(long flow) {
        return (int) (flow >>> 48);
    }

    private static long flow(PacketView packet, DnsMessage message) {
        long hash = (long) packet.clientPort() << 32 | (long) packet.serverPort() << 16;
        hash |= message.id();
        hash = mix(hash ^ (long) packet.transport().code() << 56);
        hash = address(hash, packet, packet.clientOffset());
        hash = address(hash, packet, packet.serverOffset());
        return hash & ~KEEP;
    }

    private static long address(long hash, PacketView packet, int at) {
        byte[] bytes = packet.addresses();
        long mixed = hash;
        for (int i = at; i < at + packet.addressBytes(); i += 4) {
            long word =
                    (bytes[i] & 0xffL) << 24
                            | (bytes[i + 1] & 0xff) << 16
                            | (bytes[i + 2] & 0xff) << 8
                            | bytes[i + 3] & 0xff;
            mixed = mix(mixed ^ word);
        }
        return mixed;
    }

    /** A step of SplitMix64. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
