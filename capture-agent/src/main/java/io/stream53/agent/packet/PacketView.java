package io.stream53.agent.packet;

import io.stream53.key.Transport;

/**
 * Where a DNS message was seen: a reused view of the packet that carried it. The client is the end
 * that asks: source of a query (QR=0), destination of a response (QR=1).
 */
public final class PacketView {
    byte[] bytes = new byte[0];
    long timestampUs;
    int addressBytes;
    int clientOffset;
    int serverOffset;
    int clientPort;
    int serverPort;
    Transport transport = Transport.UDP;
    int ipTtl;
    boolean response;
    int messageOffset;
    int capturedLength;
    int size;

    PacketView() {}

    /** Holds the packet; all offsets count in it. */
    public byte[] bytes() {
        return bytes;
    }

    /** Microseconds since 1970-01-01 UTC. */
    public long timestampUs() {
        return timestampUs;
    }

    /** 4 or 16. */
    public int addressBytes() {
        return addressBytes;
    }

    /** Where the client's address begins, network order. */
    public int clientOffset() {
        return clientOffset;
    }

    /** Where the server's address begins, network order. */
    public int serverOffset() {
        return serverOffset;
    }

    /** 0 to 65535. */
    public int clientPort() {
        return clientPort;
    }

    /** 0 to 65535. */
    public int serverPort() {
        return serverPort;
    }

    /** UDP or TCP. */
    public Transport transport() {
        return transport;
    }

    /** IPv4 TTL or IPv6 hop limit, 0 to 255. */
    public int ipTtl() {
        return ipTtl;
    }

    /** The message has QR=1. */
    public boolean isResponse() {
        return response;
    }

    /** Where the DNS message begins. */
    public int messageOffset() {
        return messageOffset;
    }

    /** Bytes of the message in {@link #bytes}. */
    public int capturedLength() {
        return capturedLength;
    }

    /** Bytes of the message on the wire, without the length prefix of TCP. */
    public int size() {
        return size;
    }
}
