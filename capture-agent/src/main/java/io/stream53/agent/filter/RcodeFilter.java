package io.stream53.agent.filter;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import io.stream53.ledger.DropReason;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves out by response code, both directions together: a query is held until its response tells,
 * or until none can come any more. A transaction without response has no code: it is in no list.
 *
 * <p>A response decides for every query that is held under its key with its question; one without
 * question for the oldest under its key and those with the same question. It goes by its own code,
 * unless it repeats a response of the last {@code match.timeout}: a duplicate goes the way of the
 * first, as does a later message of a zone transfer. A query that comes up to {@code match.skew}
 * behind its response follows that.
 *
 * <p>Within a key the order stays: what is decided waits for what came before it and is not. What
 * is held is bounded in number and bytes, and in number under each key; beyond, the oldest is kept,
 * its response with it, and counted in {@link CaptureCounters#unjudgedQueries}.
 */
final class RcodeFilter implements MessageHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RcodeFilter.class);

    static final int MAX_HELD = 1 << 16;
    static final long MAX_HELD_BYTES = 16L << 20;

    /**
     * The matcher knows no more pending queries under a key; each is looked at with each message.
     */
    static final int MAX_HELD_OF_KEY = 16;

    private final BitSet rcodes;
    private final BitSet excluded;
    private final long timeoutUs;
    private final long skewUs;
    private final int maxHeld;
    private final MessageHandler out;
    private final CaptureCounters counters;
    private final Map<FlowKey, Deque<HeldMessage>> held = new HashMap<>();
    private final ResponseMemory memory;
    private final HeldMessages order = new HeldMessages();
    private final DnsMessage released = new DnsMessage();
    private final PacketView releasedFrom = new PacketView();
    private long latestUs = Long.MIN_VALUE;
    private boolean warned;

    RcodeFilter(
            FilterSettings settings,
            long timeoutUs,
            long skewUs,
            MessageHandler out,
            CaptureCounters counters) {
        this(settings, timeoutUs, skewUs, MAX_HELD, out, counters);
    }

    RcodeFilter(
            FilterSettings settings,
            long timeoutUs,
            long skewUs,
            int maxHeld,
            MessageHandler out,
            CaptureCounters counters) {
        this.rcodes = QuestionFilter.bits(settings.rcodes());
        this.excluded = QuestionFilter.bits(settings.excludedRcodes());
        this.timeoutUs = timeoutUs;
        this.skewUs = skewUs;
        this.maxHeld = maxHeld;
        this.out = out;
        this.counters = counters;
        this.memory = new ResponseMemory(timeoutUs + skewUs);
    }

    @Override
    public void message(PacketView packet, DnsMessage message) {
        passTime(packet.timestampUs());
        FlowKey flow = FlowKey.of(packet, message);
        long question = QuestionHash.of(message);
        if (message.isResponse()) {
            response(flow, question, packet, message);
        } else {
            query(flow, question, packet, message);
        }
    }

    private void query(FlowKey flow, long question, PacketView packet, DnsMessage message) {
        Boolean early = memory.claim(flow, question, packet.timestampUs(), skewUs);
        if (early != null) {
            decided(flow, question, packet, message, early);
            return;
        }
        hold(flow, question, packet, message, null);
    }

    private void response(FlowKey flow, long question, PacketView packet, DnsMessage message) {
        Deque<HeldMessage> waiting = held.get(flow);
        HeldMessage asked = waiting == null ? null : asked(waiting, question);
        Boolean before = asked == null ? memory.recall(flow, question, packet.timestampUs()) : null;
        boolean keep = before == null ? keeps(message.rcode()) : before;
        long answered = asked == null ? question : asked.question;
        memory.remember(flow, answered, packet.timestampUs(), keep, asked != null);
        if (waiting != null) {
            decide(waiting, asked, keep);
            drain(flow, waiting);
        }
        decided(flow, question, packet, message, keep);
    }

    /** The oldest query that a response answers; one without question answers any. */
    private static @Nullable HeldMessage asked(Deque<HeldMessage> waiting, long question) {
        for (HeldMessage message : waiting) {
            boolean fits = question == QuestionHash.NONE || message.question == question;
            if (message.keep == null && fits) {
                return message;
            }
        }
        return null;
    }

    private static void decide(
            Deque<HeldMessage> waiting, @Nullable HeldMessage asked, boolean keep) {
        for (HeldMessage message : waiting) {
            boolean same = asked != null && message.question == asked.question;
            if (message.keep == null && same) {
                message.keep = keep;
            }
        }
    }

    /** Goes its way at once, unless something of its key that came before is not decided. */
    private void decided(
            FlowKey flow, long question, PacketView packet, DnsMessage message, boolean keep) {
        if (held.containsKey(flow)) {
            hold(flow, question, packet, message, keep);
        } else if (keep) {
            out.message(packet, message);
        } else {
            leaveOut(packet.timestampUs());
        }
    }

    private void hold(
            FlowKey flow,
            long question,
            PacketView packet,
            DnsMessage message,
            @Nullable Boolean keep) {
        HeldMessage copy = new HeldMessage(flow, question, packet, message, keep);
        Deque<HeldMessage> waiting = held.computeIfAbsent(flow, key -> new ArrayDeque<>(2));
        waiting.add(copy);
        order.add(copy);
        if (waiting.size() > MAX_HELD_OF_KEY) {
            letGoUnjudged(waiting.element());
        }
        HeldMessage oldest = order.oldest();
        while (oldest != null && (order.count() > maxHeld || order.bytes() > MAX_HELD_BYTES)) {
            letGoUnjudged(oldest);
            oldest = order.oldest();
        }
    }

    private boolean keeps(int rcode) {
        return (rcodes.isEmpty() || rcodes.get(rcode)) && !excluded.get(rcode);
    }

    /** What is decided at a key's head goes its way. */
    private void drain(FlowKey flow, Deque<HeldMessage> waiting) {
        HeldMessage head = waiting.peek();
        while (head != null && head.keep != null) {
            waiting.remove();
            order.remove(head);
            if (head.keep) {
                out.message(head.view(releasedFrom), head.parse(released));
            } else {
                leaveOut(head.timestampUs);
            }
            head = waiting.peek();
        }
        if (waiting.isEmpty()) {
            held.remove(flow);
        }
    }

    private void leaveOut(long timestampUs) {
        counters.drop(DropReason.FILTERED);
        out.seen(timestampUs);
    }

    private void passTime(long timestampUs) {
        latestUs = Math.max(latestUs, timestampUs);
        memory.forget(latestUs);
        HeldMessage lowest = order.lowest();
        while (lowest != null && lowest.timestampUs + timeoutUs + skewUs < latestUs) {
            letGoUpTo(lowest, rcodes.isEmpty());
            lowest = order.lowest();
        }
    }

    /**
     * A message whose time is over, and what came before it under its key: by their times those may
     * be far in the future, and nothing that waits must hold back a watermark for so long.
     */
    private void letGoUpTo(HeldMessage due, boolean keep) {
        Deque<HeldMessage> waiting = held.get(due.flow);
        if (waiting == null) {
            return;
        }
        for (HeldMessage message : waiting) {
            if (message.keep == null) {
                message.keep = keep;
            }
            if (message == due) {
                break;
            }
        }
        drain(due.flow, waiting);
    }

    /** The oldest of all, or of its key, is the head of its key, so it is not decided yet. */
    private void letGo(HeldMessage oldest, boolean keep) {
        Deque<HeldMessage> waiting = held.get(oldest.flow);
        if (waiting != null) {
            oldest.keep = keep;
            drain(oldest.flow, waiting);
        }
    }

    private void letGoUnjudged(HeldMessage oldest) {
        counters.unjudged();
        if (!warned) {
            warned = true;
            LOG.warn(
                    "More queries wait for their response code than can be held; the oldest are"
                            + " kept whatever their code.");
        }
        memory.remember(oldest.flow, oldest.question, oldest.timestampUs, true, true);
        letGo(oldest, true);
    }

    @Override
    public long lowestHeldUs() {
        return Math.min(order.lowestUs(), out.lowestHeldUs());
    }

    @Override
    public void seen(long timestampUs) {
        passTime(timestampUs);
        out.seen(timestampUs);
    }

    @Override
    public void tick(long seenUntilUs) {
        if (latestUs != Long.MIN_VALUE) {
            passTime(seenUntilUs);
        }
        out.tick(seenUntilUs);
    }

    @Override
    public void flush() {
        HeldMessage oldest = order.oldest();
        while (oldest != null) {
            letGo(oldest, rcodes.isEmpty());
            oldest = order.oldest();
        }
        out.flush();
    }
}
