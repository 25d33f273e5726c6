package io.stream53.agent.packet;

import io.stream53.dns.DnsMessage;
import io.stream53.ledger.DropReason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection: its two ends, the streams of both directions, and what is known of it. Ends
 * and streams are numbered 0 (the sender of the first segment with payload) and 1.
 */
final class TcpFlow {
    /** What one weighs, with both streams and its place in the table. */
    static final int BYTES = 640;

    /** What a flow has done for us; under pressure the first kind goes first. */
    enum Standing {
        /** Both ends said that they are done; remembered to know repetitions. */
        CLOSED,
        /** Not one message yet. */
        NEW,
        /** Messages in one direction. */
        ONE_SIDED,
        /** Messages in both. */
        ANSWERED
    }

    final long hash;
    @Nullable TcpFlow nextInBucket;
    final FlowList.Link byActivity = new FlowList.Link(this);
    final FlowList.Link byHolding = new FlowList.Link(this);
    final FlowList.Link byWaiting = new FlowList.Link(this);
    long activeUs;
    long waitingUs;

    /** Bytes that were charged for what it holds. */
    int charged;

    int roundTripUs = PacketView.NO_ROUND_TRIP;

    private final byte[] key;
    private final int keyAddressBytes;
    private final int[] keyPorts;

    /** As messages show them: the key, unless a proxy said whom it stands for. */
    private byte[] addresses;

    private int addressBytes;
    private int[] ports;

    private final @Nullable TcpStream[] streams = new TcpStream[2];
    private final boolean[] completed = new boolean[2];
    private final int[] ttls = new int[2];
    private boolean reset;
    private @Nullable TransferIds transfers;

    /** The flow of a segment. */
    TcpFlow(TcpSegment in, long hash) {
        this.hash = hash;
        int size = in.addressBytes;
        key = Arrays.copyOfRange(in.bytes, in.source, in.source + 2 * size);
        System.arraycopy(in.bytes, in.destination, key, size, size);
        keyAddressBytes = size;
        keyPorts = new int[] {in.sourcePort(), in.destinationPort()};
        addresses = key;
        addressBytes = size;
        ports = keyPorts;
    }

    /** Which end sent a segment; -1 when it is of another flow. */
    int end(TcpSegment in) {
        if (in.addressBytes != keyAddressBytes) {
            return -1;
        }
        if (isFrom(in, 0)) {
            return 0;
        }
        return isFrom(in, 1) ? 1 : -1;
    }

    private boolean isFrom(TcpSegment in, int end) {
        return in.sourcePort() == keyPorts[end]
                && in.destinationPort() == keyPorts[1 - end]
                && isAddress(in.bytes, in.source, end)
                && isAddress(in.bytes, in.destination, 1 - end);
    }

    private boolean isAddress(byte[] bytes, int at, int end) {
        int own = end * keyAddressBytes;
        return Arrays.equals(bytes, at, at + keyAddressBytes, key, own, own + keyAddressBytes);
    }

    @Nullable TcpStream stream(int end) {
        return streams[end];
    }

    void stream(int end, TcpStream stream) {
        streams[end] = stream;
    }

    /** A SYN with these numbers begins another connection between the same ports. */
    boolean isReplacedBy(TcpSegment syn) {
        int end = end(syn);
        TcpStream stream = end < 0 ? null : streams[end];
        return reset || (stream != null && stream.isOther(syn.sequence));
    }

    void reset() {
        reset = true;
    }

    Standing standing() {
        if (reset || isEnded()) {
            return Standing.CLOSED;
        }
        if (completed[0] && completed[1]) {
            return Standing.ANSWERED;
        }
        return completed[0] || completed[1] ? Standing.ONE_SIDED : Standing.NEW;
    }

    private boolean isEnded() {
        TcpStream first = streams[0];
        TcpStream second = streams[1];
        return (first != null || second != null)
                && (first == null || first.isEnded())
                && (second == null || second.isEnded());
    }

    /** Whether it ever gave a message. */
    boolean isUseful() {
        return completed[0] || completed[1];
    }

    void completed(int end) {
        completed[end] = true;
    }

    void ttl(int end, int ttl) {
        ttls[end] = ttl;
    }

    boolean isWaiting() {
        TcpStream first = streams[0];
        TcpStream second = streams[1];
        return (first != null && first.isWaiting()) || (second != null && second.isWaiting());
    }

    /** Bytes of memory that what waits takes. */
    int weight() {
        TcpStream first = streams[0];
        TcpStream second = streams[1];
        return (first == null ? 0 : first.weight()) + (second == null ? 0 : second.weight());
    }

    /** Shows another end in place of a proxy's. Of another family than the packets: both ends. */
    void proxied(int end, ProxyHeader header) {
        int size = header.addressBytes;
        if (size == 0) {
            return;
        }
        boolean sameFamily = size == keyAddressBytes;
        addresses = sameFamily ? key.clone() : new byte[2 * size];
        ports = keyPorts.clone();
        addressBytes = size;
        System.arraycopy(header.addresses, 0, addresses, end * size, size);
        ports[end] = header.sourcePort;
        if (!sameFamily) {
            System.arraycopy(header.addresses, size, addresses, (1 - end) * size, size);
            ports[1 - end] = header.destinationPort;
        }
    }

    /** Fills a view for a message that this end sent. */
    void show(int end, PacketView packet) {
        packet.between(addresses, end * addressBytes, (1 - end) * addressBytes, addressBytes);
        packet.ports(ports[end], ports[1 - end]);
        packet.ipTtl = ttls[end];
        packet.tcpRoundTripUs = roundTripUs;
    }

    /** Which part of a zone transfer a message is. */
    PacketView.TransferPart transferPart(DnsMessage message) {
        if (transfers == null && !TransferIds.isQuery(message)) {
            return PacketView.TransferPart.UNKNOWN;
        }
        transfers = transfers == null ? new TransferIds() : transfers;
        if (message.isResponse()) {
            return transfers.response(message);
        }
        transfers.query(message);
        return PacketView.TransferPart.UNKNOWN;
    }

    /** Drops what waits in both directions. */
    void release(DropReason reason, StreamOutput out) {
        for (TcpStream stream : streams) {
            if (stream != null) {
                stream.release(reason, out);
            }
        }
    }
}
