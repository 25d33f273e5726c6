package io.stream53.agent.publish;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import io.stream53.key.Sampling;
import io.stream53.key.TransactionKey;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes the records of one run of an agent: key, partition, number, Avro bytes, and watermarks. It
 * knows no clock: time comes from the packets and from {@link #tick}.
 *
 * <p>A partition's records are numbered from 0 without gaps, watermarks among them, so the
 * processor tells repeated and missing ones apart.
 *
 * <p>A watermark W says that every message with a time before W was sent before it. W is the latest
 * time seen minus the skew, and never goes back. Each second of event time it goes to every
 * partition in which a query may still wait or a counting window be open, that is until a W beyond
 * the partition's last message plus {@link WatermarkSettings#settleUs} was sent to it; and a final
 * one ends the run in each partition it used.
 *
 * <p>Not for use by two threads at once, but for {@link #ledger}.
 */
public final class PacketPublisher implements MessageHandler {
    private final byte[] keyNode;
    private final DnsPacketEncoder encoder;
    private final WatermarkSettings watermarks;
    private final CaptureCounters counters;
    private final RecordOutput output;
    private final RecordOutput.Acknowledgements before;
    private final PartitionState[] partitions;
    private final long run;
    private final IntSupplier samplingRate;
    private final byte[] key4;
    private final byte[] key6;

    /** Latest time seen; the watermark is {@code skewUs} before it. */
    private long latestUs = Long.MIN_VALUE;

    private long lastWatermarkUs;
    private final AtomicLong sent = new AtomicLong();
    private long failuresCounted;

    /** What the run sent to one partition. */
    private static final class PartitionState {
        long nextSequence;
        long messages;
        long lastMessageUs = Long.MIN_VALUE;
        boolean awaitsWatermark;
    }

    /**
     * The publisher of a new run.
     *
     * @param settings with the run's identity and the output's schema id
     * @param counters of this run; takes the drops that happen here
     * @param samplingRate one transaction in so many is kept at present; 1 is all
     */
    public PacketPublisher(
            EncoderSettings settings,
            WatermarkSettings watermarks,
            CaptureCounters counters,
            RecordOutput output,
            IntSupplier samplingRate) {
        this.keyNode =
                TransactionKey.nodeBytes(
                        settings.site().isEmpty() ? settings.node() : settings.site());
        this.key4 = new byte[TransactionKey.length(keyNode.length, 4)];
        this.key6 = new byte[TransactionKey.length(keyNode.length, 16)];
        this.run = settings.run();
        this.encoder = new DnsPacketEncoder(settings);
        this.watermarks = watermarks;
        this.counters = counters;
        this.output = output;
        this.samplingRate = samplingRate;
        this.before = output.acknowledgements(0);
        this.partitions = new PartitionState[output.partitions()];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new PartitionState();
        }
    }

    @Override
    public void message(PacketView packet, DnsMessage message) {
        byte[] key = key(packet, message);
        int rate = samplingRate.getAsInt();
        if (Sampling.keeps(key, key.length, rate)) {
            publish(packet, message, key, rate);
        } else {
            counters.drop(DropReason.SAMPLED);
        }
        advance(packet.timestampUs());
    }

    private void publish(PacketView packet, DnsMessage message, byte[] key, int rate) {
        int partition = partition(key, partitions.length);
        PartitionState state = partitions[partition];
        encoder.encodeMessage(packet, message, state.nextSequence, rate);
        if (encoder.length() > output.maxValueBytes()) {
            counters.drop(DropReason.TOO_LARGE);
        } else if (offer(partition, key, key.length)) {
            sent.incrementAndGet();
            state.messages++;
            state.awaitsWatermark = true;
            state.lastMessageUs = Math.max(state.lastMessageUs, packet.timestampUs());
        } else {
            counters.drop(output.fullReason());
        }
    }

    /** Kafka's default partition of a key. */
    static int partition(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    /** The key, in an array that the next one of the same family overwrites. */
    private byte[] key(PacketView packet, DnsMessage message) {
        byte[] key = packet.addressBytes() == 4 ? key4 : key6;
        TransactionKey.write(
                key,
                keyNode,
                packet.transport(),
                packet.addresses(),
                packet.clientOffset(),
                packet.serverOffset(),
                packet.addressBytes(),
                packet.clientPort(),
                packet.serverPort(),
                message.id());
        return key;
    }

    /** Event time goes on; a second after the last watermarks the next are due. */
    private void advance(long timestampUs) {
        if (latestUs == Long.MIN_VALUE) {
            latestUs = timestampUs;
            lastWatermarkUs = timestampUs - watermarks.skewUs();
        }
        latestUs = Math.max(latestUs, timestampUs);
        long watermarkUs = latestUs - watermarks.skewUs();
        if (watermarkUs - lastWatermarkUs >= WatermarkSettings.INTERVAL_US) {
            sendWatermarks(watermarkUs);
        }
    }

    /**
     * For live captures, each second: brings the watermarks up to date, also while no packet comes.
     *
     * @param seenUntilUs every packet with a time before this was handed over; {@link
     *     Long#MIN_VALUE} when that is known from the packets alone
     */
    public void tick(long seenUntilUs) {
        if (latestUs == Long.MIN_VALUE) {
            return;
        }
        latestUs = Math.max(latestUs, seenUntilUs);
        long watermarkUs = latestUs - watermarks.skewUs();
        if (watermarkUs > lastWatermarkUs) {
            sendWatermarks(watermarkUs);
        }
    }

    private void sendWatermarks(long watermarkUs) {
        countFailures();
        lastWatermarkUs = watermarkUs;
        RunTotals totals = totals();
        for (int partition = 0; partition < partitions.length; partition++) {
            PartitionState state = partitions[partition];
            if (state.awaitsWatermark) {
                sendWatermark(partition, watermarkUs, totals, false);
                state.awaitsWatermark = watermarkUs <= state.lastMessageUs + watermarks.settleUs();
            }
        }
    }

    /** Ends the run: a final watermark to each partition that it used. Nothing may follow. */
    public void finish() {
        countFailures();
        RunTotals totals = totals();
        for (int partition = 0; partition < partitions.length; partition++) {
            if (partitions[partition].nextSequence > 0) {
                sendWatermark(partition, Long.MAX_VALUE, totals, true);
            }
        }
    }

    private RunTotals totals() {
        return new RunTotals(
                counters.snapshot(0).captured(),
                sent.get(),
                counters.losses(),
                samplingRate.getAsInt());
    }

    private void sendWatermark(int partition, long watermarkUs, RunTotals totals, boolean isFinal) {
        PartitionState state = partitions[partition];
        encoder.encodeWatermark(state.nextSequence, watermarkUs, totals, state.messages, isFinal);
        offer(partition, key4, 0);
    }

    private boolean offer(int partition, byte[] key, int keyLength) {
        boolean taken =
                output.offer(run, partition, key, keyLength, encoder.buffer(), encoder.length());
        if (taken) {
            partitions[partition].nextSequence++;
        }
        return taken;
    }

    /** The run's ledger so far; may be called by any thread. */
    public AgentLedger ledger() {
        countFailures();
        long published = output.acknowledgements(sent.get()).published() - before.published();
        return counters.snapshot(published);
    }

    private synchronized void countFailures() {
        long failed = output.acknowledgements(sent.get()).failed() - before.failed();
        for (; failuresCounted < failed; failuresCounted++) {
            counters.drop(DropReason.PUBLISH_FAILED);
        }
    }
}
