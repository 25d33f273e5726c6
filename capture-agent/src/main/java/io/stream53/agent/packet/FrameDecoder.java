package io.stream53.agent.packet;

import io.stream53.agent.source.FrameHandler;
import io.stream53.dns.DnsMessage;
import io.stream53.key.Transport;
import io.stream53.ledger.DropReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the DNS messages in captured frames. Each frame is ignored (no DNS in it), or gives one
 * message, several (TCP), or one drop with its reason. Allocates nothing; for one capture thread.
 *
 * <p>Knows single packets only: a fragment, and a TCP segment that does not hold whole messages,
 * are dropped.
 */
public final class FrameDecoder implements FrameHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FrameDecoder.class);

    private static final int UDP_HEADER_BYTES = 8;
    private static final int TCP_HEADER_BYTES = 20;

    private final boolean[] dnsPorts = new boolean[1 << 16];
    private final MessageHandler out;
    private final CaptureCounters counters;
    private final IpPacket ip = new IpPacket();
    private final PacketView packet = new PacketView();
    private final DnsMessage message = new DnsMessage();
    private boolean warnedOfLinkType;

    public FrameDecoder(DecoderSettings settings, MessageHandler out, CaptureCounters counters) {
        for (int port : settings.ports()) {
            dnsPorts[port] = true;
        }
        this.out = out;
        this.counters = counters;
    }

    @Override
    public void frame(
            byte[] buffer,
            int offset,
            int capturedLength,
            int wireLength,
            long timestampUs,
            int linkType) {
        counters.frame();
        int end = offset + capturedLength;
        int network = LinkLayer.networkOffset(buffer, offset, end, linkType);
        switch (network) {
            case LinkLayer.NOT_IP -> counters.ignored();
            case LinkLayer.CUT -> counters.drop(DropReason.CUT_HEADERS);
            case LinkLayer.UNSUPPORTED -> unsupported(linkType);
            default -> {
                packet.addresses = buffer;
                packet.timestampUs = timestampUs;
                network(network, end, offset + wireLength);
            }
        }
    }

    private void unsupported(int linkType) {
        counters.drop(DropReason.LINK_TYPE);
        if (!warnedOfLinkType) {
            warnedOfLinkType = true;
            LOG.warn(
                    "Frames of link type {} cannot be read and are counted as dropped; capture on"
                            + " Ethernet, Linux cooked (any), raw IP or loopback.",
                    linkType);
        }
    }

    private void network(int at, int capturedEnd, int frameEnd) {
        byte[] bytes = packet.addresses;
        switch (ip.parse(bytes, at, capturedEnd, frameEnd)) {
            case WHOLE -> transport(Math.min(capturedEnd, ip.wireEnd));
            case FRAGMENT -> fragment(Math.min(capturedEnd, ip.wireEnd));
            case CUT -> counters.drop(DropReason.CUT_HEADERS);
            case MALFORMED -> counters.drop(DropReason.MALFORMED_PACKET);
        }
    }

    /**
     * Only the first fragment has ports; a later one may be DNS when it is of UDP or TCP, or of
     * IPv6 headers behind which either may come.
     */
    private void fragment(int end) {
        boolean portsReadable = ip.fragmentOffset == 0 && ip.payload + 4 <= end;
        boolean possible = isUdpOrTcp() || ip.endsInExtensions();
        if (!possible || (portsReadable && isUdpOrTcp() && !isDns(ip.payload))) {
            counters.ignored();
        } else {
            counters.drop(DropReason.FRAGMENT);
        }
    }

    private boolean isUdpOrTcp() {
        return ip.protocol == IpPacket.UDP || ip.protocol == IpPacket.TCP;
    }

    /** UDP and TCP begin alike: source port, destination port. */
    private boolean isDns(int at) {
        return dnsPorts[Bytes.u16(packet.addresses, at)]
                || dnsPorts[Bytes.u16(packet.addresses, at + 2)];
    }

    private void transport(int end) {
        int at = ip.payload;
        if (!isUdpOrTcp()) {
            counters.ignored();
            return;
        }
        if (at + 4 > end) {
            counters.drop(missing(at + 4));
        } else if (!isDns(at)) {
            counters.ignored();
        } else if (ip.protocol == IpPacket.UDP) {
            udp(at, end);
        } else {
            tcp(at, end);
        }
    }

    /** Headers that do not reach here: left out by the capture, or by the sender. */
    private DropReason missing(int upTo) {
        return upTo > ip.wireEnd ? DropReason.MALFORMED_PACKET : DropReason.CUT_HEADERS;
    }

    /** RFC 768. */
    private void udp(int at, int end) {
        int payload = at + UDP_HEADER_BYTES;
        if (payload > end) {
            counters.drop(missing(payload));
            return;
        }
        int length = Bytes.u16(packet.addresses, at + 4);
        // 0: longer than 16 bits can say (RFC 2675 section 4)
        int wireEnd = length == 0 ? ip.wireEnd : at + length;
        if (wireEnd < payload || wireEnd > ip.wireEnd) {
            counters.drop(DropReason.MALFORMED_PACKET);
            return;
        }
        addresses(at, Transport.UDP);
        message(payload, end, wireEnd);
    }

    private void addresses(int ports, Transport transport) {
        packet.transport = transport;
        packet.addressBytes = ip.addressBytes;
        packet.ipTtl = ip.ttl;
        packet.clientOffset = ip.source;
        packet.serverOffset = ip.destination;
        packet.clientPort = Bytes.u16(packet.addresses, ports);
        packet.serverPort = Bytes.u16(packet.addresses, ports + 2);
        packet.response = false;
    }

    /** RFC 9293 section 3.1. */
    private void tcp(int at, int end) {
        if (at + TCP_HEADER_BYTES > end) {
            counters.drop(missing(at + TCP_HEADER_BYTES));
            return;
        }
        int payload = at + (Bytes.u8(packet.addresses, at + 12) >>> 4) * 4;
        if (payload < at + TCP_HEADER_BYTES || payload > ip.wireEnd) {
            counters.drop(DropReason.MALFORMED_PACKET);
        } else if (isBare(at, payload, end)) {
            counters.ignored();
        } else {
            addresses(at, Transport.TCP);
            segment(payload, end);
        }
    }

    /**
     * A segment that carries nothing of a message: without payload; a reset, whose payload is a
     * text for people (RFC 9293 section 3.5.3); and a keep-alive, which may repeat one byte of
     * garbage (RFC 9293 section 3.8.4), while a sender of data pushes it.
     */
    private boolean isBare(int at, int payload, int end) {
        int flags = Bytes.u8(packet.addresses, at + 13);
        boolean reset = (flags & 0x04) != 0;
        boolean push = (flags & 0x08) != 0;
        int bytes = ip.wireEnd - payload;
        boolean keepAlive =
                bytes == 1 && !push && (payload >= end || packet.addresses[payload] == 0);
        return bytes == 0 || reset || keepAlive;
    }

    /**
     * RFC 1035 section 4.2.2: each message behind its length in two bytes. Without the stream it
     * cannot be known whether a segment begins with a length, so only segments that hold one or
     * more whole messages and nothing else are taken for what they seem to be.
     */
    private void segment(int from, int end) {
        if (from + 2 > end) {
            counters.drop(from + 2 > ip.wireEnd ? DropReason.TCP_SEGMENT : DropReason.CUT_HEADERS);
            return;
        }
        if (!holdsWholeMessages(from, end)) {
            counters.drop(DropReason.TCP_SEGMENT);
            return;
        }
        int at = from;
        while (at < ip.wireEnd && at + 2 <= end) {
            int wireEnd = at + 2 + Bytes.u16(packet.addresses, at);
            message(at + 2, end, wireEnd);
            at = wireEnd;
        }
        if (at < ip.wireEnd) {
            // the capture was cut before the next length
            counters.drop(DropReason.CUT_HEADERS);
        }
    }

    /** As far as the capture tells: the lengths lead exactly to the segment's end. */
    private boolean holdsWholeMessages(int from, int end) {
        int at = from;
        while (at < ip.wireEnd && at + 2 <= end) {
            int length = Bytes.u16(packet.addresses, at);
            int next = at + 2 + length;
            boolean only = at == from && next == ip.wireEnd;
            // too short for a message: more likely not a length at all, unless it fits exactly
            if (next > ip.wireEnd || (length < DnsMessage.HEADER_BYTES && !only)) {
                return false;
            }
            at = next;
        }
        return true;
    }

    private void message(int at, int capturedEnd, int wireEnd) {
        int size = wireEnd - at;
        int captured = Math.min(capturedEnd, wireEnd) - at;
        if (size < DnsMessage.HEADER_BYTES) {
            counters.drop(DropReason.SHORT_HEADER);
        } else if (captured < DnsMessage.HEADER_BYTES) {
            counters.drop(DropReason.CUT_HEADERS);
        } else {
            message.parse(packet.addresses, at, captured, size);
            if (message.isResponse() != packet.response) {
                turn();
            }
            counters.message();
            out.message(packet, message);
        }
    }

    /** Swaps client and server: the source of a response is the server. */
    private void turn() {
        int offset = packet.clientOffset;
        packet.clientOffset = packet.serverOffset;
        packet.serverOffset = offset;
        int port = packet.clientPort;
        packet.clientPort = packet.serverPort;
        packet.serverPort = port;
        packet.response = !packet.response;
    }
}
