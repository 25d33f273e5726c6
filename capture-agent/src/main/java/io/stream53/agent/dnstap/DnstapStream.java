package io.stream53.agent.dnstap;

import io.stream53.ledger.DropReason;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one stream on their way to the runs of the nodes that they tell of: mostly one, and
 * several where a collector passes frames on. For the thread that reads the stream, but for {@link
 * #waitedUs}.
 */
final class DnstapStream {
    private final DnstapRuns runs;
    private final DnstapDecoder decoder;
    private final LongSupplier waitingSinceNs;
    private final Map<String, DnstapRun.Part> parts = new HashMap<>();
    private byte[] identity = new byte[0];
    private DnstapRun.@Nullable Part current;

    DnstapStream(DnstapRuns runs, LongSupplier receivedUs, LongSupplier waitingSinceNs) {
        this.runs = runs;
        this.decoder = new DnstapDecoder(receivedUs);
        this.waitingSinceNs = waitingSinceNs;
    }

    /** One data frame. */
    void frame(byte[] bytes, int offset, int length) {
        DropReason dropped = decoder.decode(bytes, offset, length);
        // what cannot be read is believed in nothing, its identity least of all
        DnstapRun.Part part = dropped == null ? partOf(bytes) : anyPart();
        part.take(decoder, dropped);
    }

    /** A frame that did not come whole. */
    void lostFrame() {
        anyPart().take(decoder, DropReason.MALFORMED_DNSTAP);
    }

    /** The file that the stream is read from ends within a frame. */
    void truncated() {
        anyPart().drop(DropReason.TRUNCATED_FILE);
    }

    private DnstapRun.Part anyPart() {
        return current != null ? current : join(runs.ownNode());
    }

    private DnstapRun.Part partOf(byte[] bytes) {
        int from = decoder.identity();
        int to = from + decoder.identityLength();
        if (current != null && Arrays.equals(identity, 0, identity.length, bytes, from, to)) {
            return current;
        }
        identity = Arrays.copyOfRange(bytes, from, to);
        current = join(runs.node(bytes, from, decoder.identityLength()));
        return current;
    }

    private DnstapRun.Part join(String node) {
        DnstapRun.Part part = parts.get(node);
        if (part != null) {
            return part;
        }
        if (parts.size() >= DnstapRuns.MAX_NODES && !node.equals(runs.ownNode())) {
            return join(runs.ownNode());
        }
        part = runs.join(node, this);
        parts.put(node, part);
        return part;
    }

    /** The time of the last message; that of the frame before when it had none. */
    long latestUs() {
        return decoder.packet().timestampUs();
    }

    /** How long the reader has been waiting for more, in microseconds. */
    long waitedUs(long nowNs) {
        long since = waitingSinceNs.getAsLong();
        return since == FrameStreamReader.NOT_WAITING ? 0 : Math.max(0, (nowNs - since) / 1000);
    }

    /** The stream has ended. */
    void end(long nowNs) {
        parts.values().forEach(part -> part.leave(nowNs));
        parts.clear();
    }
}
