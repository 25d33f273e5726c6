package io.stream53.agent.packet;

import io.stream53.key.Transport;
import io.stream53.ledger.DropReason;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * UDP between a proxy and its servers: each query begins with a PROXY protocol header, as dnsdist
 * sends it, and the response, which has none, is given the same client again by the proxy's socket,
 * the server's and the DNS id. Only headers from networks that are trusted are read.
 *
 * <p>Who asked is remembered for a short time and for a bounded number of queries; a response that
 * comes later keeps the proxy's address.
 */
final class ProxiedDatagrams {
    /** Queries that are remembered. */
    static final int MAX_QUERIES = 1 << 14;

    /** As long as a resolver waits for a response. */
    static final long REMEMBERED_US = 10_000_000;

    private static final int ID_BYTES = 2;
    private static final int QR = 0x80;

    /**
     * The ends of a query.
     *
     * @param addresses client, then server
     */
    private record Query(
            byte[] addresses, int addressBytes, int clientPort, int serverPort, long timeUs) {}

    private final List<IpNetwork> proxies;
    private final Messages messages;
    private final CaptureCounters counters;
    private final ProxyHeader header = new ProxyHeader();
    private final Map<ByteBuffer, Query> queries = new LinkedHashMap<>();

    ProxiedDatagrams(List<IpNetwork> proxies, Messages messages, CaptureCounters counters) {
        this.proxies = proxies;
        this.messages = messages;
        this.counters = counters;
    }

    /**
     * A datagram to or from a DNS port.
     *
     * @param ports where its UDP header begins
     * @param payload where its payload begins
     * @param end where the captured bytes end
     * @param wireEnd where the datagram ends
     */
    void datagram(
            IpPacket ip,
            byte[] bytes,
            int ports,
            int payload,
            int end,
            int wireEnd,
            long timestampUs) {
        PacketView packet = messages.from(ip, bytes, ports, Transport.UDP, timestampUs);
        int captured = Math.min(end, wireEnd);
        int message = payload;
        if (isProxy(bytes, ip.source, ip.addressBytes)) {
            switch (header.parse(bytes, payload, captured)) {
                case NONE -> {}
                case GOOD -> {
                    message += header.length;
                    query(packet, ip, bytes, ports, message, captured);
                }
                case INCOMPLETE -> {
                    counters.drop(
                            captured < wireEnd
                                    ? DropReason.CUT_HEADERS
                                    : DropReason.MALFORMED_PACKET);
                    return;
                }
                case MALFORMED -> {
                    counters.drop(DropReason.MALFORMED_PACKET);
                    return;
                }
            }
        } else if (isProxy(bytes, ip.destination, ip.addressBytes)) {
            response(packet, ip, bytes, ports, message, captured);
        }
        messages.message(bytes, message, end, wireEnd);
    }

    private boolean isProxy(byte[] bytes, int address, int length) {
        for (IpNetwork proxy : proxies) {
            if (proxy.contains(bytes, address, length)) {
                return true;
            }
        }
        return false;
    }

    private void query(
            PacketView packet, IpPacket ip, byte[] bytes, int ports, int message, int captured) {
        if (header.addressBytes == 0) {
            return;
        }
        int size = header.addressBytes;
        byte[] addresses = new byte[2 * size];
        System.arraycopy(header.addresses, 0, addresses, 0, 2 * size);
        boolean sameFamily = size == ip.addressBytes;
        if (sameFamily) {
            System.arraycopy(bytes, ip.destination, addresses, size, size);
        }
        int serverPort = sameFamily ? Bytes.u16(bytes, ports + 2) : header.destinationPort;
        packet.between(addresses, 0, size, size).ports(header.sourcePort, serverPort);
        if (message + ID_BYTES <= captured) {
            forgetOld(packet.timestampUs);
            ByteBuffer key = key(ip, bytes, ports, ip.source, ip.destination, 0, message);
            // behind all others again, when the id is used again
            queries.remove(key);
            queries.put(
                    key,
                    new Query(addresses, size, header.sourcePort, serverPort, packet.timestampUs));
        }
    }

    private void response(
            PacketView packet, IpPacket ip, byte[] bytes, int ports, int message, int captured) {
        if (message + ID_BYTES >= captured || (bytes[message + ID_BYTES] & QR) == 0) {
            return;
        }
        forgetOld(packet.timestampUs);
        ByteBuffer key = key(ip, bytes, ports, ip.destination, ip.source, 2, message);
        @Nullable Query query = queries.get(key);
        if (query != null) {
            // the server sends
            packet.between(query.addresses(), query.addressBytes(), 0, query.addressBytes());
            packet.ports(query.serverPort(), query.clientPort());
        }
    }

    private void forgetOld(long nowUs) {
        Iterator<Query> oldest = queries.values().iterator();
        while (oldest.hasNext()) {
            boolean late = nowUs - oldest.next().timeUs() > REMEMBERED_US;
            if (!late && queries.size() < MAX_QUERIES) {
                return;
            }
            oldest.remove();
        }
    }

    /** The proxy's address and port, the server's, and the id. */
    private static ByteBuffer key(
            IpPacket ip,
            byte[] bytes,
            int ports,
            int proxy,
            int server,
            int proxyPort,
            int message) {
        int size = ip.addressBytes;
        ByteBuffer key = ByteBuffer.allocate(2 * size + 4 + ID_BYTES);
        key.put(bytes, proxy, size).put(bytes, server, size);
        key.put(bytes, ports + proxyPort, 2).put(bytes, ports + 2 - proxyPort, 2);
        return key.put(bytes, message, ID_BYTES).flip();
    }

    /** Queries that are remembered now. */
    int remembered() {
        return queries.size();
    }
}
