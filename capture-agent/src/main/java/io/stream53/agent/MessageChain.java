package io.stream53.agent;

import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The stages between decoders and a publisher. Any thread may replace them; whoever brings the next
 * message, or time, makes the exchange: what the old stages hold goes on its way first, and no
 * message is lost between. All else is for one thread at a time.
 */
final class MessageChain implements MessageHandler {
    private MessageHandler first;
    private final AtomicReference<@Nullable MessageHandler> next = new AtomicReference<>();

    MessageChain(MessageHandler first) {
        this.first = first;
    }

    void replace(MessageHandler other) {
        next.set(other);
    }

    private MessageHandler first() {
        if (next.get() != null) {
            exchange();
        }
        return first;
    }

    private void exchange() {
        MessageHandler other = next.getAndSet(null);
        if (other != null) {
            first.flush();
            first = other;
        }
    }

    @Override
    public void message(PacketView packet, DnsMessage message) {
        first().message(packet, message);
    }

    @Override
    public void seen(long timestampUs) {
        first().seen(timestampUs);
    }

    @Override
    public long lowestHeldUs() {
        return first.lowestHeldUs();
    }

    @Override
    public void tick(long seenUntilUs) {
        first().tick(seenUntilUs);
    }

    @Override
    public void flush() {
        first().flush();
    }
}
