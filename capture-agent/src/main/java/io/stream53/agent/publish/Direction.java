package io.stream53.agent.publish;

import io.stream53.agent.packet.PacketView;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Set;

/** Which way a message goes, seen from the node, as the encoding of its text. */
final class Direction {
    private final byte[] inbound = AvroOutput.block("inbound");
    private final byte[] outbound = AvroOutput.block("outbound");
    private final byte[] unknown = AvroOutput.block("unknown");
    private final byte[][] own;

    Direction(Set<InetAddress> ownAddresses) {
        own = ownAddresses.stream().map(InetAddress::getAddress).toArray(byte[][]::new);
    }

    byte[] of(PacketView packet) {
        return switch (packet.direction()) {
            case INBOUND -> inbound;
            case OUTBOUND -> outbound;
            case UNKNOWN -> byAddress(packet);
        };
    }

    /** A node that asks itself counts as the server it is. */
    private byte[] byAddress(PacketView packet) {
        if (isOwn(packet, packet.serverOffset())) {
            return inbound;
        }
        return isOwn(packet, packet.clientOffset()) ? outbound : unknown;
    }

    byte[] unknown() {
        return unknown;
    }

    private boolean isOwn(PacketView packet, int at) {
        byte[] bytes = packet.addresses();
        int end = at + packet.addressBytes();
        for (byte[] address : own) {
            if (Arrays.equals(address, 0, address.length, bytes, at, end)) {
                return true;
            }
        }
        return false;
    }
}
