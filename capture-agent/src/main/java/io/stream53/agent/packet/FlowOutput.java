package io.stream53.agent.packet;

import io.stream53.key.Transport;
import io.stream53.ledger.DropReason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes the messages of TCP streams on to the rest of the decoder, with the view of their flow. */
final class FlowOutput implements StreamOutput {
    /**
     * No message is handed on with a time further than this before the latest frame's: within the
     * skew that watermarks allow for, so none comes behind its watermark. Only messages behind a
     * hole that was given up can be older.
     */
    static final long MAX_LAG_US = 100_000;

    private final Messages messages;
    private final CaptureCounters counters;
    private long nowUs;
    private @Nullable TcpFlow flow;
    private int end;

    FlowOutput(Messages messages, CaptureCounters counters) {
        this.messages = messages;
        this.counters = counters;
    }

    /** The time of the latest frame. */
    void now(long timeUs) {
        nowUs = timeUs;
    }

    /** Time went on without frames. */
    void atLeast(long timeUs) {
        nowUs = Math.max(nowUs, timeUs);
    }

    /** What follows was sent by one end of a flow. */
    FlowOutput of(TcpFlow newFlow, int newEnd) {
        flow = newFlow;
        end = newEnd;
        return this;
    }

    @Override
    public void message(byte[] bytes, int at, int capturedEnd, int wireEnd, long timeUs) {
        if (messages.parse(bytes, at, capturedEnd, wireEnd)) {
            PacketView packet =
                    messages.packet(Transport.TCP, Math.max(timeUs, nowUs - MAX_LAG_US));
            TcpFlow from = Objects.requireNonNull(flow);
            from.show(end, packet);
            from.completed(end);
            packet.transferPart = from.transferPart(messages.message());
            messages.handOn();
        }
    }

    @Override
    public void proxied(ProxyHeader header) {
        Objects.requireNonNull(flow).proxied(end, header);
    }

    @Override
    public void drop(DropReason reason) {
        counters.drop(reason);
    }

    @Override
    public void ignored() {
        counters.ignored();
    }
}
