package io.stream53.agent.filter;

import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A message that waits for a decision, copied out of the buffers that the next one overwrites. */
final class HeldMessage {
    /** Objects and references beside the message's bytes, about. */
    private static final int OTHER_BYTES = 300;

    final FlowKey flow;
    final long question;
    final long timestampUs;

    /** In the order in which they came; set when it is held. */
    long number;

    /** Null as long as it is not decided. */
    @Nullable Boolean keep;

    @Nullable HeldMessage previous;
    @Nullable HeldMessage next;

    private final PacketView packet = new PacketView();
    private final byte[] bytes;
    private final int size;

    HeldMessage(
            FlowKey flow,
            long question,
            PacketView from,
            DnsMessage message,
            @Nullable Boolean keep) {
        this.flow = flow;
        this.question = question;
        this.timestampUs = from.timestampUs();
        this.keep = keep;
        int length = from.addressBytes();
        byte[] addresses = Arrays.copyOf(slice(from, from.clientOffset()), 2 * length);
        System.arraycopy(from.addresses(), from.serverOffset(), addresses, length, length);
        packet.set(from).between(addresses, 0, length, length);
        bytes = message.copy();
        size = message.size();
    }

    private static byte[] slice(PacketView from, int at) {
        return Arrays.copyOfRange(from.addresses(), at, at + from.addressBytes());
    }

    int heldBytes() {
        return bytes.length + OTHER_BYTES;
    }

    /** Where it was seen. */
    PacketView view(PacketView into) {
        return into.set(packet);
    }

    /** The message, parsed anew. */
    DnsMessage parse(DnsMessage into) {
        into.parse(bytes, 0, bytes.length, size);
        return into;
    }
}
