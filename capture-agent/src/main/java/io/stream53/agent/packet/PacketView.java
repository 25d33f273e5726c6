package io.stream53.agent.packet;

import io.stream53.key.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Where a DNS message was seen: a reused view of the packets that carried it. The client is the end
 * that asks: source of a query (QR=0), destination of a response (QR=1). The message's own bytes
 * are in its {@link io.stream53.dns.DnsMessage}, and need not be in the same array.
 */
public final class PacketView {
    /** {@link #tcpRoundTripUs} when it is not known. */
    public static final int NO_ROUND_TRIP = -1;

    /** Which way a message goes, seen from the node. */
    public enum Direction {
        INBOUND,
        OUTBOUND,
        /** The source does not tell: the node's own addresses decide. */
        UNKNOWN
    }

    /** What was done to the client's address. */
    public enum AddressForm {
        PLAIN,
        TRUNCATED,
        ENCRYPTED
    }

    /** Which part of a zone transfer (RFC 5936, RFC 1995) a message is. */
    public enum TransferPart {
        /** No transfer, or the connection does not tell: the message alone may. */
        UNKNOWN,
        /** The first response. */
        FIRST,
        /** A response after the first. */
        LATER
    }

    byte[] addresses = new byte[0];
    long timestampUs;
    int addressBytes;
    int clientOffset;
    int serverOffset;
    int clientPort;
    int serverPort;
    Transport transport = Transport.UDP;
    String protocol = "dns";
    int ipTtl = -1;
    boolean response;
    int tcpRoundTripUs = NO_ROUND_TRIP;
    TransferPart transferPart = TransferPart.UNKNOWN;
    Direction direction = Direction.UNKNOWN;
    AddressForm clientForm = AddressForm.PLAIN;
    boolean labelsHashed;
    boolean messageHidden;
    byte @Nullable [] questionName;
    ClientPlace place = ClientPlace.UNKNOWN;

    /** A view whose fields are set by the methods that return it. */
    public PacketView() {}

    /** Holds both addresses; {@link #clientOffset} and {@link #serverOffset} count in it. */
    public byte[] addresses() {
        return addresses;
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

    /** UDP, TCP or QUIC. */
    public Transport transport() {
        return transport;
    }

    /** dns, dot, doh, doq or dnscrypt. */
    public String protocol() {
        return protocol;
    }

    /** IPv4 TTL or IPv6 hop limit, 0 to 255; -1 when unknown. */
    public int ipTtl() {
        return ipTtl;
    }

    /** The message has QR=1. */
    public boolean isResponse() {
        return response;
    }

    /** Round trip of the connection's handshake in microseconds, or {@link #NO_ROUND_TRIP}. */
    public int tcpRoundTripUs() {
        return tcpRoundTripUs;
    }

    /** As the connection tells it. */
    public TransferPart transferPart() {
        return transferPart;
    }

    /** As the source tells it. */
    public Direction direction() {
        return direction;
    }

    /** What was done to the client's address. */
    public AddressForm clientForm() {
        return clientForm;
    }

    /** The labels below the registered domain are keyed hashes. */
    public boolean labelsHashed() {
        return labelsHashed;
    }

    /** Sets the time. */
    public PacketView at(long microseconds) {
        timestampUs = microseconds;
        return this;
    }

    /** Sets how the message came. */
    public PacketView over(Transport newTransport, String newProtocol) {
        transport = newTransport;
        protocol = newProtocol;
        return this;
    }

    /** Sets both addresses, which are of the same length and stand in one array. */
    public PacketView between(byte[] bytes, int client, int server, int length) {
        addresses = bytes;
        clientOffset = client;
        serverOffset = server;
        addressBytes = length;
        return this;
    }

    /** Sets both ports. */
    public PacketView ports(int client, int server) {
        clientPort = client;
        serverPort = server;
        return this;
    }

    /** Sets whether the message has QR=1, and which way it goes. */
    public PacketView going(boolean isResponse, Direction newDirection) {
        response = isResponse;
        direction = newDirection;
        return this;
    }

    /** Says what was done to the client's address. */
    public PacketView clientForm(AddressForm form) {
        clientForm = form;
        return this;
    }

    /** Says whether labels were hashed. */
    public PacketView labelsHashed(boolean hashed) {
        labelsHashed = hashed;
        return this;
    }

    /** The message's bytes must not be published. */
    public boolean messageHidden() {
        return messageHidden;
    }

    /** Says whether the message's bytes must not be published. */
    public PacketView messageHidden(boolean hidden) {
        messageHidden = hidden;
        return this;
    }

    /** What is published for the first question's name; null when it is the message's own. */
    public byte @Nullable [] questionName() {
        return questionName;
    }

    /** Sets what is published for the first question's name, at most 1020 bytes of ASCII. */
    public PacketView questionName(byte @Nullable [] text) {
        questionName = text;
        return this;
    }

    /** Where the client is, looked up before its address was changed. */
    public ClientPlace place() {
        return place;
    }

    /** Sets where the client is. */
    public PacketView place(ClientPlace found) {
        place = found;
        return this;
    }

    /** Takes over every field of another view; the addresses stay in its array. */
    public PacketView set(PacketView other) {
        addresses = other.addresses;
        timestampUs = other.timestampUs;
        addressBytes = other.addressBytes;
        clientOffset = other.clientOffset;
        serverOffset = other.serverOffset;
        clientPort = other.clientPort;
        serverPort = other.serverPort;
        transport = other.transport;
        protocol = other.protocol;
        ipTtl = other.ipTtl;
        response = other.response;
        tcpRoundTripUs = other.tcpRoundTripUs;
        transferPart = other.transferPart;
        direction = other.direction;
        clientForm = other.clientForm;
        labelsHashed = other.labelsHashed;
        messageHidden = other.messageHidden;
        questionName = other.questionName;
        place = other.place;
        return this;
    }
}
