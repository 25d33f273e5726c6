package io.stream53.agent.publish;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import io.stream53.key.Sampling;
import io.stream53.key.TransactionKey;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes the records of one run of an agent: key, partition, number, Avro bytes, and watermarks. It
 * knows no clock: time comes from the packets and from {@link #tick}.
 *
 * <p>A partition's records are numbered from 0 without gaps, watermarks among them, so the
 * processor tells repeated and missing ones apart.
 *
 * <p>A watermark W says that every message with a time before W was sent before it. W is the latest
 * time seen minus the skew, though not beyond what is held back ({@link #holdBack}), and never goes
 * back. Each second of event time it goes to every partition in which a query may still wait or a
 * counting window be open, that is until a W beyond the partition's last message plus {@link
 * WatermarkSettings#settleUs} was sent to it; and a final one ends the run in each partition it
 * used.
 *
 * <p>Not for use by two threads at once, but for {@link #ledger}, {@link #watermarkUs} and {@link
 * #carry}.
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

    private volatile long lastWatermarkUs = Long.MIN_VALUE;
    private LongSupplier lowestHeldUs = () -> Long.MAX_VALUE;
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
        output.begin(settings);
        this.partitions = new PartitionState[output.partitions()];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new PartitionState();
        }
    }

    /**
     * Names a stage before this one that may hold messages back.
     *
     * @param lowestHeld no message with a lower time is held; the largest long when none is held
     */
    public void holdBack(LongSupplier lowestHeld) {
        lowestHeldUs = lowestHeld;
    }

    @Override
    public void message(PacketView packet, DnsMessage message) {
        add(packet, message);
        advance(packet.timestampUs());
    }

    /** Publishes one message, while event time stays: whoever calls this says how far that is. */
    public void add(PacketView packet, DnsMessage message) {
        byte[] key = key(packet, message);
        int rate = samplingRate.getAsInt();
        if (Sampling.keeps(key, key.length, rate)) {
            publish(packet, message, key, rate);
        } else {
            counters.drop(DropReason.SAMPLED);
        }
    }

    /** From the next message on, other bytes are carried. */
    public void carry(MessageCarry carry) {
        encoder.carry(carry);
    }

    private void publish(PacketView packet, DnsMessage message, byte[] key, int rate) {
        int partition = partition(key, partitions.length);
        PartitionState state = partitions[partition];
        encoder.encodeMessage(packet, message, state.nextSequence, rate);
        if (encoder.length() > output.maxValueBytes()) {
            counters.drop(DropReason.TOO_LARGE);
        } else if (offer(partition, key, key.length)) {
            // One thread at a time publishes: no locked instruction is needed.
            sent.setRelease(sent.getPlain() + 1);
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
                id(packet, message));
        return key;
    }

    /**
     * What tells the queries of one client apart: over HTTP and QUIC the DNS id is 0 (RFC 8484
     * section 4.1, RFC 9250 section 4.2.1), and a hash of the question stands in.
     */
    private static int id(PacketView packet, DnsMessage message) {
        int id = message.id();
        if (id != 0 || packet.protocol().equals("dns")) {
            return id;
        }
        return packet.protocol().equals("doh") || packet.protocol().equals("doq")
                ? questionHash(packet, message)
                : id;
    }

    /**
     * 16 bits of the name that is published, without case, the type and the class; 0 without a
     * question.
     */
    private static int questionHash(PacketView packet, DnsMessage message) {
        if (!message.hasQuestion()) {
            return 0;
        }
        byte[] hidden = packet.questionName();
        byte[] name = hidden == null ? message.questionNameBytes() : hidden;
        int length = hidden == null ? message.questionNameLength() : hidden.length;
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + name[i];
        }
        hash = 31 * (31 * hash + message.questionType()) + message.questionClass();
        return (hash ^ hash >>> 16) & 0xffff;
    }

    /**
     * Event time goes on; a second after the last watermarks the next are due.
     *
     * @param timestampUs every message with a time before this was added; {@link Long#MIN_VALUE}
     *     when nothing is known of that
     */
    public void advance(long timestampUs) {
        if (timestampUs == Long.MIN_VALUE) {
            return;
        }
        if (latestUs == Long.MIN_VALUE) {
            latestUs = timestampUs;
            lastWatermarkUs = timestampUs - watermarks.skewUs();
        }
        latestUs = Math.max(latestUs, timestampUs);
        long watermarkUs = lowWatermarkUs();
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
    @Override
    public void tick(long seenUntilUs) {
        if (latestUs == Long.MIN_VALUE) {
            return;
        }
        latestUs = Math.max(latestUs, seenUntilUs);
        long watermarkUs = lowWatermarkUs();
        if (watermarkUs > lastWatermarkUs) {
            sendWatermarks(watermarkUs);
        }
    }

    private long lowWatermarkUs() {
        return Math.min(latestUs - watermarks.skewUs(), lowestHeldUs.getAsLong());
    }

    private void sendWatermarks(long watermarkUs) {
        countFailures();
        lastWatermarkUs = watermarkUs;
        RunTotals totals = totals();
        output.totals(run, totals);
        for (int partition = 0; partition < partitions.length; partition++) {
            PartitionState state = partitions[partition];
            if (state.awaitsWatermark && sendWatermark(partition, watermarkUs, totals, false)) {
                state.awaitsWatermark = watermarkUs <= state.lastMessageUs + watermarks.settleUs();
            }
        }
    }

    /** Ends the run: a final watermark to each partition that it used. Nothing may follow. */
    public void finish() {
        finish(true);
    }

    /**
     * Ends the run likewise.
     *
     * @param mayWait whether the output may wait for room for the final watermarks
     */
    public void finish(boolean mayWait) {
        countFailures();
        RunTotals totals = totals();
        output.totals(run, totals);
        output.ending(run, mayWait);
        boolean complete = true;
        for (int partition = 0; partition < partitions.length; partition++) {
            if (partitions[partition].nextSequence > 0) {
                complete &= sendWatermark(partition, Long.MAX_VALUE, totals, true);
            }
        }
        output.ended(run, complete);
    }

    /** Without what a stage before this one holds, or another thread is just handing over. */
    private RunTotals totals() {
        Map<String, Long> losses = counters.losses();
        long numbered = sent.get();
        long captured = numbered - DropReason.numbered(losses);
        for (long count : losses.values()) {
            captured += count;
        }
        return new RunTotals(captured, numbered, losses, samplingRate.getAsInt());
    }

    private boolean sendWatermark(
            int partition, long watermarkUs, RunTotals totals, boolean isFinal) {
        PartitionState state = partitions[partition];
        encoder.encodeWatermark(state.nextSequence, watermarkUs, totals, state.messages, isFinal);
        return offer(partition, key4, 0);
    }

    private boolean offer(int partition, byte[] key, int keyLength) {
        boolean taken =
                output.offer(run, partition, key, keyLength, encoder.buffer(), encoder.length());
        if (taken) {
            partitions[partition].nextSequence++;
        }
        return taken;
    }

    /** The latest watermark in microseconds; {@link Long#MIN_VALUE} before the first message. */
    public long watermarkUs() {
        return lastWatermarkUs;
    }

    /** The run's ledger so far; may be called by any thread. */
    public AgentLedger ledger() {
        countFailures();
        long published = output.acknowledgements(sent.get()).published() - before.published();
        return counters.snapshot(published);
    }

    private synchronized void countFailures() {
        RecordOutput.Acknowledgements now = output.acknowledgements(sent.get());
        for (; failuresCounted < now.failed() - before.failed(); failuresCounted++) {
            counters.drop(DropReason.PUBLISH_FAILED);
        }
    }
}
