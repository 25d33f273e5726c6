package io.stream53.agent.packet;

import io.stream53.agent.source.SourceStats;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * Counts of one run of a capture. The capture thread counts frames and messages; drops may come
 * from any thread, and any thread may take a {@link #snapshot}.
 *
 * <p>{@code captured} is not counted but added up, from the messages handed on and the drops that
 * came before, so it always balances.
 */
public final class CaptureCounters {
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong ignored = new AtomicLong();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong unjudged = new AtomicLong();
    private final Map<DropReason, AtomicLong> dropped = new EnumMap<>(DropReason.class);
    private final List<CaptureCounters> parts = new CopyOnWriteArrayList<>();

    public CaptureCounters() {
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, new AtomicLong());
        }
    }

    /** Counts for one more capture thread; what it counts is part of the sums here. */
    public CaptureCounters part() {
        CaptureCounters part = new CaptureCounters();
        parts.add(part);
        return part;
    }

    /** Counts a frame that was read. */
    public void frame() {
        increment(frames);
    }

    void ignored() {
        increment(ignored);
    }

    void ignored(int howMany) {
        ignored.setOpaque(ignored.getPlain() + howMany);
    }

    /** Counts a message that is handed on. */
    public void message() {
        increment(messages);
    }

    /** One writer, so no locked instruction is needed; opaque, so that readers see progress. */
    private static void increment(AtomicLong counter) {
        counter.setOpaque(counter.getPlain() + 1);
    }

    /** Counts one dropped candidate. */
    public void drop(DropReason reason) {
        dropped(reason).getAndIncrement();
    }

    void drop(DropReason reason, int howMany) {
        dropped(reason).getAndAdd(howMany);
    }

    /** Counts one query that a filter kept since it could not hold it until its response came. */
    public void unjudged() {
        unjudged.getAndIncrement();
    }

    /** Queries that a filter kept so; they are published, and no part of the ledger. */
    public long unjudgedQueries() {
        return sum(own -> own.unjudged.get());
    }

    private AtomicLong dropped(DropReason reason) {
        return Objects.requireNonNull(dropped.get(reason), "every reason has a counter");
    }

    /** Takes over what the source of this run lost: its totals, so it may be called repeatedly. */
    public void source(SourceStats stats) {
        dropped(DropReason.KERNEL).set(stats.kernelDropped());
        dropped(DropReason.TRUNCATED_FILE).set(stats.truncated() ? 1 : 0);
    }

    /** Messages handed to the {@link MessageHandler} so far. */
    public long messages() {
        return sum(own -> own.messages.getOpaque());
    }

    private long total(DropReason reason) {
        return sum(own -> own.dropped(reason).get());
    }

    private long sum(ToLongFunction<CaptureCounters> count) {
        long sum = count.applyAsLong(this);
        for (CaptureCounters part : parts) {
            sum += part.sum(count);
        }
        return sum;
    }

    /** The drops so far, by {@link DropReason#text()}, without zeros: a watermark's losses. */
    public Map<String, Long> losses() {
        Map<String, Long> losses = new TreeMap<>();
        for (DropReason reason : DropReason.values()) {
            long count = total(reason);
            if (count != 0) {
                losses.put(reason.text(), count);
            }
        }
        return losses;
    }

    /**
     * The ledger so far.
     *
     * @param published records that the broker acknowledged
     */
    public AgentLedger snapshot(long published) {
        long captured = messages();
        for (DropReason reason : DropReason.values()) {
            if (isBeforeMessages(reason)) {
                captured += total(reason);
            }
        }
        return new AgentLedger(
                sum(own -> own.frames.getOpaque()),
                sum(own -> own.ignored.getOpaque()),
                captured,
                published,
                losses());
    }

    /** Whether there was no message to hand on: the decoder, or the source, dropped it. */
    public static boolean isBeforeMessages(DropReason reason) {
        return switch (reason) {
            case SHORT_HEADER,
                    FRAGMENT,
                    FRAGMENT_OVERLAP,
                    TCP_SEGMENT,
                    REASSEMBLY_FULL,
                    LINK_TYPE,
                    MALFORMED_PACKET,
                    MALFORMED_DNSTAP,
                    CUT_HEADERS,
                    TRUNCATED_FILE,
                    KERNEL ->
                    true;
            case FILTERED,
                    SAMPLED,
                    TOO_LARGE,
                    QUEUE_FULL,
                    SPOOL_FULL,
                    SPOOL_DAMAGED,
                    PUBLISH_FAILED ->
                    false;
        };
    }
}
