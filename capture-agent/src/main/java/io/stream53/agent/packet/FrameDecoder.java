package io.stream53.agent.packet;

import io.stream53.agent.source.FrameHandler;
import io.stream53.key.Transport;
import io.stream53.ledger.DropReason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the DNS messages in captured frames: link layer, IP, fragments, UDP or TCP. Each frame is
 * ignored (no DNS in it), or waits as a part of something larger, or gives messages, or one drop
 * with its reason. Tunnels are followed to the packet inside, where the settings say so. Time is
 * that of the frames. Allocates nothing for ordinary packets; for one capture thread, which calls
 * {@link #finish} in the end.
 */
public final class FrameDecoder implements FrameHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FrameDecoder.class);

    private static final int UDP_HEADER_BYTES = 8;

    /** How often packets may be in packets or put together of fragments; deeper is ignored. */
    private static final int MAX_DEPTH = 8;

    private final boolean[] dnsPorts = new boolean[1 << 16];
    private final CaptureCounters counters;
    private final boolean tunnels;
    private final LinkLayer link;
    private final Tunnel tunnel;
    private final IpPacket ip = new IpPacket();
    private final Fragments fragments;
    private final Messages messages;
    private final TcpDecoder tcp;

    /** Null when no proxy is trusted. */
    private final @Nullable ProxiedDatagrams proxied;

    private long timestampUs;
    private int depth;
    private boolean warnedOfLinkType;

    public FrameDecoder(DecoderSettings settings, MessageHandler out, CaptureCounters counters) {
        for (int port : settings.ports()) {
            dnsPorts[port] = true;
        }
        this.counters = counters;
        this.tunnels = settings.tunnels();
        this.link = new LinkLayer(tunnels);
        this.tunnel = new Tunnel(link);
        this.fragments = new Fragments(settings, counters);
        this.messages = new Messages(out, counters);
        this.proxied =
                settings.proxies().isEmpty()
                        ? null
                        : new ProxiedDatagrams(settings.proxies(), messages, counters);
        this.tcp = new TcpDecoder(settings, dnsPorts, messages, counters);
    }

    @Override
    public void frame(
            byte[] buffer,
            int offset,
            int capturedLength,
            int wireLength,
            long frameTimeUs,
            int linkType) {
        counters.frame();
        timestampUs = frameTimeUs;
        depth = 0;
        if (fragments.isDue(frameTimeUs)) {
            fragments.expire(frameTimeUs);
        }
        tcp.advance(frameTimeUs);
        int end = offset + capturedLength;
        int network = link.networkOffset(buffer, offset, end, linkType);
        switch (network) {
            case LinkLayer.NOT_IP -> counters.ignored();
            case LinkLayer.CUT -> counters.drop(DropReason.CUT_HEADERS);
            case LinkLayer.UNSUPPORTED -> unsupported(linkType);
            default -> network(buffer, network, end, offset + wireLength);
        }
    }

    /** At the end of the input: counts what still waits for the rest of its packet or stream. */
    public void finish() {
        finish(Long.MIN_VALUE);
    }

    /**
     * At the end of a capture in which time went on without frames: what is handed out now bears no
     * time before the watermarks that were sent meanwhile.
     *
     * @param reachedUs every message before this time counts as seen
     */
    public void finish(long reachedUs) {
        fragments.finish();
        tcp.finish(reachedUs);
    }

    /** For tests that look at what it holds. */
    TcpDecoder tcp() {
        return tcp;
    }

    private void unsupported(int linkType) {
        counters.drop(DropReason.LINK_TYPE);
        if (!warnedOfLinkType) {
            warnedOfLinkType = true;
            LOG.warn(
                    "Frames of link type {} cannot be read and are counted as dropped; capture on"
                            + " Ethernet, Linux cooked (any), raw IP, PPP or loopback.",
                    linkType);
        }
    }

    private void network(byte[] bytes, int at, int capturedEnd, int frameEnd) {
        packet(ip.parse(bytes, at, capturedEnd, frameEnd), bytes, capturedEnd);
    }

    private void packet(IpPacket.Verdict verdict, byte[] bytes, int capturedEnd) {
        switch (verdict) {
            case WHOLE -> transport(bytes, Math.min(capturedEnd, ip.wireEnd));
            case FRAGMENT -> fragment(bytes, Math.min(capturedEnd, ip.wireEnd));
            case CUT -> counters.drop(DropReason.CUT_HEADERS);
            case MALFORMED -> counters.drop(DropReason.MALFORMED_PACKET);
        }
    }

    private void fragment(byte[] bytes, int end) {
        if (!mayBeDns(ip.fragmentProtocol) || isTooDeep()) {
            counters.ignored();
            return;
        }
        boolean notDns = ip.fragmentOffset == 0 && !firstMayBeDns(bytes, end);
        FragmentedPacket.Whole whole = fragments.add(ip, bytes, end, timestampUs, notDns);
        if (whole != null) {
            packet(ip.reassembled(whole), whole.bytes(), whole.end());
        }
    }

    /** Only the first fragment has ports, and perhaps not even it when it is small or cut. */
    private boolean firstMayBeDns(byte[] bytes, int end) {
        if (!ip.isUdpOrTcp() || ip.payload + 4 > end) {
            return mayBeDns(ip.protocol);
        }
        return isDns(bytes, ip.payload) || isTunnel(bytes, ip.payload);
    }

    private boolean mayBeDns(int protocol) {
        return ip.mayHoldPorts(protocol) || (tunnels && Tunnel.isProtocol(protocol));
    }

    private boolean isTunnel(byte[] bytes, int ports) {
        return tunnels && ip.protocol == IpPacket.UDP && Tunnel.isPort(Bytes.u16(bytes, ports + 2));
    }

    private boolean isTooDeep() {
        return ++depth > MAX_DEPTH;
    }

    /** UDP and TCP begin alike: source port, destination port. */
    private boolean isDns(byte[] bytes, int at) {
        return dnsPorts[Bytes.u16(bytes, at)] || dnsPorts[Bytes.u16(bytes, at + 2)];
    }

    /** Whatever is inside: a packet from or to a DNS port is DNS first. */
    private void transport(byte[] bytes, int end) {
        int at = ip.payload;
        if (!ip.isUdpOrTcp()) {
            otherProtocol(bytes, at, end);
        } else if (at + 4 > end) {
            counters.drop(ip.missing(at + 4));
        } else if (!isDns(bytes, at)) {
            otherPorts(bytes, at, end);
        } else if (ip.protocol == IpPacket.UDP) {
            udp(bytes, at, end);
        } else {
            tcp.segment(ip, bytes, at, end, timestampUs);
        }
    }

    private void otherProtocol(byte[] bytes, int at, int end) {
        if (tunnels && Tunnel.isProtocol(ip.protocol)) {
            inside(bytes, tunnel.inProtocol(ip.protocol, bytes, at, end), end);
        } else {
            counters.ignored();
        }
    }

    private void otherPorts(byte[] bytes, int at, int end) {
        if (isTunnel(bytes, at)) {
            int port = Bytes.u16(bytes, at + 2);
            inside(bytes, tunnel.inPort(port, bytes, at + UDP_HEADER_BYTES, end), end);
        } else {
            counters.ignored();
        }
    }

    /** The packet that a tunnel carries; what is too short to be a tunnel is none. */
    private void inside(byte[] bytes, int at, int end) {
        if (at == LinkLayer.CUT && end < ip.wireEnd) {
            counters.drop(DropReason.CUT_HEADERS);
        } else if (at < 0 || isTooDeep()) {
            counters.ignored();
        } else {
            network(bytes, at, end, ip.wireEnd);
        }
    }

    /** RFC 768. */
    private void udp(byte[] bytes, int at, int end) {
        int payload = at + UDP_HEADER_BYTES;
        if (payload > end) {
            counters.drop(ip.missing(payload));
            return;
        }
        int length = Bytes.u16(bytes, at + 4);
        // 0: longer than 16 bits can say (RFC 2675 section 4)
        int wireEnd = length == 0 ? ip.wireEnd : at + length;
        if (wireEnd < payload || wireEnd > ip.wireEnd) {
            counters.drop(DropReason.MALFORMED_PACKET);
            return;
        }
        if (proxied == null) {
            messages.from(ip, bytes, at, Transport.UDP, timestampUs);
            messages.message(bytes, payload, end, wireEnd);
        } else {
            proxied.datagram(ip, bytes, at, payload, end, wireEnd, timestampUs);
        }
    }
}
