package io.stream53.agent.packet;

import io.stream53.ledger.DropReason;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * DNS messages in TCP segments: finds the connection of each segment ({@link TcpFlows}) and lets
 * its stream read it ({@link TcpStream}).
 *
 * <p>Segments without payload, resets (whose payload is a text for people, RFC 9293 section 3.5.3)
 * and keep-alives are ignored; they may end or move a connection, but never begin one: a SYN is
 * noted in {@link Handshakes}, and memory is taken for the first payload only.
 */
final class TcpDecoder {
    /** How often it is looked what is due, in event time. */
    private static final long LOOK_US = 100_000;

    /**
     * An acknowledged hole is given up only after this, since a capture may see an acknowledgement
     * before what it acknowledges.
     */
    private static final long ACKNOWLEDGED_HOLE_US = 10_000;

    private final boolean[] dnsPorts;
    private final List<IpNetwork> proxies;
    private final CaptureCounters counters;
    private final TcpSegment in = new TcpSegment();
    private final Endpoints ends = new Endpoints(ThreadLocalRandom.current().nextLong());
    private final Handshakes handshakes = new Handshakes();
    private final StreamContext context = new StreamContext();
    private final FlowOutput out;
    private final TcpFlows flows;
    private long lookUs;

    TcpDecoder(
            DecoderSettings settings,
            boolean[] dnsPorts,
            Messages messages,
            CaptureCounters counters) {
        this.dnsPorts = dnsPorts;
        this.counters = counters;
        proxies = settings.proxies();
        out = new FlowOutput(messages, counters);
        flows = new TcpFlows(settings, out);
    }

    /** Event time goes on. */
    void advance(long timestampUs) {
        long untilLook = lookUs - timestampUs;
        // further away than it was set: time went back
        if (untilLook <= 0 || untilLook > LOOK_US) {
            lookUs = timestampUs + LOOK_US;
            out.now(timestampUs);
            flows.advance(timestampUs);
        }
    }

    /**
     * One segment from or to a DNS port (RFC 9293 section 3.1).
     *
     * @param ip the packet it came in; its addresses are in {@code bytes}
     * @param at where the TCP header begins; its ports are there
     * @param end where the captured bytes end
     */
    void segment(IpPacket ip, byte[] bytes, int at, int end, long timestampUs) {
        DropReason bad = in.parse(ip, bytes, at, end, timestampUs);
        if (bad != null) {
            counters.drop(bad);
            return;
        }
        out.now(timestampUs);
        ends.of(in);
        TcpFlow flow = flows.find(in, ends.connection);
        handshake(flow);
        if (flow != null && in.has(TcpSegment.SYN) && flow.isReplacedBy(in)) {
            flows.end(flow);
            flow = null;
        }
        if (in.length() == 0
                || in.has(TcpSegment.RST)
                || (flow == null && in.looksLikeKeepAlive())) {
            counters.ignored();
        } else {
            flow = flow == null ? flows.add(in, ends.connection) : flow;
            payload(flow);
        }
        if (flow != null) {
            control(flow);
            flows.settle(flow, timestampUs);
        }
    }

    /** At the end of the input: hands out what is whole, counts what still waits. */
    void finish(long reachedUs) {
        out.atLeast(reachedUs);
        flows.finish();
    }

    /** What is known for the ledger of tests. */
    TcpFlows flows() {
        return flows;
    }

    private void handshake(@Nullable TcpFlow flow) {
        if (in.has(TcpSegment.SYN)) {
            handshakes.syn(in, ends);
        } else if (in.has(TcpSegment.ACK)
                && (flow == null || flow.roundTripUs == PacketView.NO_ROUND_TRIP)) {
            handshakes.acknowledgement(in, ends);
            if (flow != null) {
                flow.roundTripUs = handshakes.roundTripUs(ends);
            }
        }
    }

    private void payload(TcpFlow flow) {
        int end = flow.end(in);
        TcpStream stream = flow.stream(end);
        if (stream == null) {
            stream = begin();
            flow.stream(end, stream);
            flow.roundTripUs = handshakes.roundTripUs(ends);
        }
        flow.ttl(end, in.ttl);
        stream.segment(in, out.of(flow, end));
    }

    private TcpStream begin() {
        boolean fromStart = handshakes.begins(in, ends);
        int first = fromStart ? handshakes.start(ends) : in.sequence;
        return new TcpStream(context, sender(), first, fromStart, isProxy());
    }

    private MessageStart.Sender sender() {
        boolean toDns = dnsPorts[in.destinationPort()];
        boolean fromDns = dnsPorts[in.sourcePort()];
        if (toDns && fromDns) {
            return MessageStart.Sender.EITHER;
        }
        return toDns ? MessageStart.Sender.CLIENT : MessageStart.Sender.SERVER;
    }

    private boolean isProxy() {
        for (IpNetwork proxy : proxies) {
            if (proxy.contains(in.bytes, in.source, in.addressBytes)) {
                return true;
            }
        }
        return false;
    }

    /** What the header says to a flow that is known: acknowledgement, FIN, reset. */
    private void control(TcpFlow flow) {
        int end = flow.end(in);
        TcpStream back = flow.stream(1 - end);
        if (back != null && in.has(TcpSegment.ACK) && back.isWaiting()) {
            while (back.isHoleAcknowledged(in.acknowledgement)
                    && in.timeUs - back.waitsSince() >= ACKNOWLEDGED_HOLE_US) {
                back.giveUp(DropReason.TCP_SEGMENT, out.of(flow, 1 - end));
            }
        }
        TcpStream stream = flow.stream(end);
        if (in.has(TcpSegment.FIN) && stream != null) {
            stream.fin(in.sequence + in.length(), out.of(flow, end));
        }
        if (in.has(TcpSegment.RST)) {
            flows.flush(flow);
            flow.reset();
        }
    }
}
