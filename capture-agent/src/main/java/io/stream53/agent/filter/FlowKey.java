package io.stream53.agent.filter;

import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import io.stream53.key.TransactionKey;
import java.util.Arrays;

/**
 * What the processor's matcher takes for one place to look in: the transaction key without the
 * node, and the opcode. Comparable, so that a map stays fast when someone chooses keys of one hash.
 */
record FlowKey(byte[] bytes) implements Comparable<FlowKey> {
    private static final byte[] NO_NODE = new byte[0];

    static FlowKey of(PacketView packet, DnsMessage message) {
        int keyBytes = TransactionKey.length(0, packet.addressBytes());
        byte[] key = new byte[keyBytes];
        TransactionKey.write(
                key,
                NO_NODE,
                packet.transport(),
                packet.addresses(),
                packet.clientOffset(),
                packet.serverOffset(),
                packet.addressBytes(),
                packet.clientPort(),
                packet.serverPort(),
                message.id());
        // the node's length, which is zero here
        key[1] = (byte) message.opcode();
        return new FlowKey(key);
    }

    @Override
    public int compareTo(FlowKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FlowKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
