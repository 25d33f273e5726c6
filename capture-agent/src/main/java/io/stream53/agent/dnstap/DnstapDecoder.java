package io.stream53.agent.dnstap;

import io.stream53.agent.packet.PacketView;
import io.stream53.agent.packet.PacketView.Direction;
import io.stream53.dns.DnsMessage;
import io.stream53.key.Transport;
import io.stream53.ledger.DropReason;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes of one dnstap frame (dnstap.proto) what a packet would have given: one DNS message and
 * where it was seen. A frame of a {@code _QUERY} type gives its query message, one of a {@code
 * _RESPONSE} type its response message: servers that put the query into it as well have sent that
 * in a frame of its own. Pure but for the time it is given; for one thread. All lengths and numbers
 * are taken from strangers.
 */
final class DnstapDecoder {
    /** Of the years up to 9999; what is beyond is no time. */
    private static final long MAX_SECONDS = 253_402_300_799L;

    private static final int NANOS = 1_000_000_000;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_MESSAGE_BYTES = 65_535;
    private static final int TYPE_MESSAGE = 1;
    private static final int FAMILY_INET6 = 2;
    private static final int ANY_ADDRESS = -1;

    private final LongSupplier otherwiseUs;
    private final ProtobufReader outer = new ProtobufReader();
    private final ProtobufReader inner = new ProtobufReader();
    private final DnsMessage dns = new DnsMessage();
    private final PacketView packet = new PacketView();
    private final byte[] addresses = new byte[32];

    private byte[] bytes = new byte[0];
    private int identity;
    private int identityLength;
    private final Side query = new Side();
    private final Side response = new Side();
    private int type;
    private int family;
    private int protocol;

    /** What a frame says of the query, or of the response. */
    private static final class Side {
        int address;
        int addressLength;
        long port;
        long seconds;
        long nanos;
        int message;
        int messageLength;

        void clear() {
            address = 0;
            addressLength = ANY_ADDRESS;
            port = 0;
            seconds = 0;
            nanos = 0;
            message = 0;
            messageLength = 0;
        }

        void address(ProtobufReader field) {
            address = field.from();
            addressLength = field.length();
        }

        void message(ProtobufReader field) {
            message = field.from();
            messageLength = field.length();
        }

        boolean hasTime() {
            return seconds > 0 && seconds <= MAX_SECONDS && nanos >= 0 && nanos < NANOS;
        }
    }

    /**
     * A decoder.
     *
     * @param otherwiseUs the time of a message that does not tell its own, in microseconds
     */
    DnstapDecoder(LongSupplier otherwiseUs) {
        this.otherwiseUs = otherwiseUs;
    }

    /**
     * Reads one frame; what it says is in {@link #packet}, {@link #message} and the identity until
     * the next.
     *
     * @return null when it holds a message, otherwise why it counts as dropped
     */
    @Nullable DropReason decode(byte[] frame, int offset, int length) {
        bytes = frame;
        identity = 0;
        identityLength = 0;
        if (!readFrame(offset, offset + length)) {
            return DropReason.MALFORMED_DNSTAP;
        }
        Side side = isResponse() ? response : query;
        if (side.message == 0 || side.messageLength > MAX_MESSAGE_BYTES) {
            return DropReason.MALFORMED_DNSTAP;
        }
        if (side.messageLength < DnsMessage.HEADER_BYTES) {
            return DropReason.SHORT_HEADER;
        }
        if (!readAddresses() || !readTransport()) {
            return DropReason.MALFORMED_DNSTAP;
        }
        dns.parse(bytes, side.message, side.messageLength, side.messageLength);
        packet.at(
                side.hasTime()
                        ? side.seconds * 1_000_000 + side.nanos / 1000
                        : otherwiseUs.getAsLong());
        packet.going(dns.isResponse(), direction());
        return null;
    }

    private boolean readFrame(int from, int to) {
        int body = 0;
        int bodyLength = 0;
        long kind = 0;
        outer.over(bytes, from, to);
        while (outer.next()) {
            switch (outer.field()) {
                case 1 -> {
                    identity = outer.from();
                    identityLength = outer.length();
                }
                case 14 -> {
                    body = outer.from();
                    bodyLength = outer.length();
                }
                case 15 -> kind = outer.number();
                default -> {
                    // version, extra and what may yet come
                }
            }
        }
        return outer.isWhole()
                && kind == TYPE_MESSAGE
                && body != 0
                && readMessage(body, body + bodyLength);
    }

    private boolean readMessage(int from, int to) {
        type = 0;
        family = 0;
        protocol = 0;
        query.clear();
        response.clear();
        inner.over(bytes, from, to);
        while (inner.next()) {
            readField();
        }
        return inner.isWhole() && type >= 1 && type <= 14;
    }

    private void readField() {
        switch (inner.field()) {
            case 1 -> type = (int) inner.number();
            case 2 -> family = (int) inner.number();
            case 3 -> protocol = (int) inner.number();
            case 4 -> query.address(inner);
            case 5 -> response.address(inner);
            case 6 -> query.port = inner.number();
            case 7 -> response.port = inner.number();
            case 8 -> query.seconds = inner.number();
            case 9 -> query.nanos = inner.number();
            case 10 -> query.message(inner);
            case 12 -> response.seconds = inner.number();
            case 13 -> response.nanos = inner.number();
            case 14 -> response.message(inner);
            default -> {
                // query_zone, policy, http_protocol and what may yet come
            }
        }
    }

    /** Even numbers are responses in every pair of types. */
    private boolean isResponse() {
        return type % 2 == 0;
    }

    /** AUTH, CLIENT and UPDATE: the node answers. In the others it asks. */
    private Direction direction() {
        return switch ((type + 1) / 2) {
            case 1, 3, 7 -> Direction.INBOUND;
            default -> Direction.OUTBOUND;
        };
    }

    /** An address that is left out, or empty, is 0.0.0.0 or ::, as the other or the family says. */
    private boolean readAddresses() {
        int length = Math.max(query.addressLength, response.addressLength);
        if (length <= 0) {
            length = family == FAMILY_INET6 ? 16 : 4;
        }
        if ((length != 4 && length != 16) || !isOf(length, query) || !isOf(length, response)) {
            return false;
        }
        Arrays.fill(addresses, (byte) 0);
        copy(query, 0);
        copy(response, length);
        packet.between(addresses, 0, length, length);
        if (query.port < 0 || query.port > MAX_PORT) {
            return false;
        }
        if (response.port < 0 || response.port > MAX_PORT) {
            return false;
        }
        packet.ports((int) query.port, (int) response.port);
        return true;
    }

    private static boolean isOf(int length, Side side) {
        return side.addressLength == length || side.addressLength <= 0;
    }

    private void copy(Side side, int to) {
        if (side.addressLength > 0) {
            System.arraycopy(bytes, side.address, addresses, to, side.addressLength);
        }
    }

    private boolean readTransport() {
        switch (protocol) {
            // a server that leaves it out has nothing but UDP and TCP, and mostly UDP
            case 0, 1 -> packet.over(Transport.UDP, "dns");
            case 2 -> packet.over(Transport.TCP, "dns");
            case 3 -> packet.over(Transport.TCP, "dot");
            case 4 -> packet.over(Transport.TCP, "doh");
            case 5 -> packet.over(Transport.UDP, "dnscrypt");
            case 6 -> packet.over(Transport.TCP, "dnscrypt");
            case 7 -> packet.over(Transport.QUIC, "doq");
            default -> {
                return false;
            }
        }
        return true;
    }

    PacketView packet() {
        return packet;
    }

    DnsMessage message() {
        return dns;
    }

    /** Where the identity begins in the frame's bytes; also when the message cannot be read. */
    int identity() {
        return identity;
    }

    /** 0 when the frame has none. */
    int identityLength() {
        return identityLength;
    }
}
