package io.stream53.agent;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.PacketView;
import io.stream53.agent.privacy.Privacy;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.dns.DnsMessage;
import io.stream53.ledger.AgentLedger;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * The parts of one run: decoders, filters and privacy, publisher. Threads may decode side by side,
 * each with a decoder of its own; all that comes behind is for one of them at a time.
 */
final class Pipeline {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Readers in JavaScript know whole numbers of 53 bits. */
    private static final long MAX_RUN = 1L << 53;

    private final CaptureCounters counters = new CaptureCounters();
    private final PacketPublisher publisher;
    private final MessageChain filters;
    private final MessageChain behindFilters;
    private final Set<InetAddress> addresses;
    private volatile AgentConfig config;

    /**
     * The parts of a new run.
     *
     * @param privacy the configuration's, with its files read
     * @param node whose run it is
     */
    Pipeline(
            AgentConfig config,
            Privacy privacy,
            String node,
            RecordOutput output,
            IntSupplier samplingRate) {
        this.config = config;
        this.addresses = OwnAddresses.of(config);
        EncoderSettings settings =
                new EncoderSettings(
                        node,
                        config.site(),
                        RANDOM.nextLong(MAX_RUN),
                        output.schemaId(),
                        config.carry(),
                        addresses);
        this.publisher =
                new PacketPublisher(settings, config.watermarks(), counters, output, samplingRate);
        this.behindFilters = new MessageChain(behindFilters(config, privacy));
        this.filters = new MessageChain(filters(config));
        publisher.holdBack(filters::lowestHeldUs);
    }

    /** The decoder of a run that one thread reads: its messages tell how far event time is. */
    FrameDecoder decoder() {
        return decoder(this::messageAndTime, counters);
    }

    private void messageAndTime(PacketView packet, DnsMessage message) {
        long timestampUs = packet.timestampUs();
        filters.message(packet, message);
        publisher.advance(timestampUs);
    }

    /**
     * One more decoder.
     *
     * @param out hands what it gets to {@link #stages}
     * @param part of {@link #counters()}, or these themselves
     */
    FrameDecoder decoder(MessageHandler out, CaptureCounters part) {
        int bytes = config.decoder().reassemblyBytes() / config.load().captureThreads();
        return new FrameDecoder(config.decoder().withReassembly(bytes), out, part);
    }

    /**
     * Takes messages to the publisher. How far event time is must be said to the publisher after
     * that, also for what was left out.
     */
    MessageHandler stages() {
        return filters;
    }

    /** Filters as far as they are asked for, before privacy. */
    private MessageHandler filters(AgentConfig from) {
        return from.filter()
                .before(
                        behindFilters,
                        from.watermarks().timeoutUs(),
                        from.watermarks().skewUs(),
                        counters);
    }

    /** Privacy as far as it is asked for, before the publisher. */
    private MessageHandler behindFilters(AgentConfig from, Privacy privacy) {
        return privacy.before(publisher::add, addresses, from.decoder().ports());
    }

    /**
     * From the next message on, what may change without a restart is as in this configuration.
     * Filters that stay the same go on holding what they hold. Privacy, which holds nothing, is
     * made anew each time: the files that it names may be others.
     */
    void reload(AgentConfig changed, Privacy privacy) {
        boolean sameFilters =
                config.filter().equals(changed.filter())
                        && config.watermarks().equals(changed.watermarks());
        config = changed;
        publisher.carry(changed.carry());
        behindFilters.replace(behindFilters(changed, privacy));
        if (!sameFilters) {
            filters.replace(filters(changed));
        }
    }

    /** Ends the run: what is held goes on its way, and final watermarks follow. */
    void finish() {
        filters.flush();
        publisher.finish();
    }

    PacketPublisher publisher() {
        return publisher;
    }

    CaptureCounters counters() {
        return counters;
    }

    AgentLedger ledger() {
        return publisher.ledger();
    }
}
