package io.stream53.agent.packet;

import io.stream53.ledger.DropReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connections that are known, bounded in number and in the memory they hold. Nothing here
 * looks at all of them: each list is in the order in which its flows are due, and a segment costs
 * the same however many there are.
 *
 * <p>Under pressure they go in an order that keeps DNS flowing. What waits is dropped first in
 * flows that never gave a message, the one that has held longest first, then in the others. A whole
 * flow makes room for a new one in the order of {@link TcpFlow.Standing}, the one that was quiet
 * longest first: so a flood of connections that never say anything whole pushes out its own kind.
 */
final class TcpFlows {
    /** How long the first segment behind a hole waits for what is missing, in event time. */
    static final long HOLE_US = 2_000_000;

    /** Behind both ends' FIN or a reset only repetitions come. */
    private static final long CLOSED_US = 10_000_000;

    private static final int FIRST_BUCKETS = 256;

    private final ReassemblyBudget budget;
    private final int maxFlows;
    private final long idleUs;
    private final FlowOutput out;
    private final Map<TcpFlow.Standing, FlowList> active = new EnumMap<>(TcpFlow.Standing.class);
    private final FlowList holdingNew = new FlowList();
    private final FlowList holdingUseful = new FlowList();
    private final FlowList waiting = new FlowList();
    private @Nullable TcpFlow[] buckets = new TcpFlow[FIRST_BUCKETS];
    private int count;

    TcpFlows(DecoderSettings settings, FlowOutput out) {
        this.out = out;
        budget = ReassemblyBudget.forTcp(settings);
        // the rest of the budget is for what they hold
        maxFlows = (int) Math.max(16, budget.limit() * 3 / 4 / TcpFlow.BYTES);
        idleUs = settings.tcpIdleUs();
        for (TcpFlow.Standing standing : TcpFlow.Standing.values()) {
            active.put(standing, new FlowList());
        }
    }

    /** The flow of a segment, if it is known. */
    @Nullable TcpFlow find(TcpSegment in, long hash) {
        TcpFlow flow = buckets[bucket(hash)];
        while (flow != null && (flow.hash != hash || flow.end(in) < 0)) {
            flow = flow.nextInBucket;
        }
        return flow;
    }

    private int bucket(long hash) {
        return (int) hash & (buckets.length - 1);
    }

    /** A new flow; another makes room for it where they are too many. */
    TcpFlow add(TcpSegment in, long hash) {
        while (count >= maxFlows || !budget.fits(TcpFlow.BYTES)) {
            makeRoom();
        }
        if (count > buckets.length) {
            grow();
        }
        TcpFlow flow = new TcpFlow(in, hash);
        put(flow);
        budget.take(TcpFlow.BYTES);
        count++;
        return flow;
    }

    private void put(TcpFlow flow) {
        int bucket = bucket(flow.hash);
        flow.nextInBucket = buckets[bucket];
        buckets[bucket] = flow;
    }

    private void grow() {
        @Nullable TcpFlow[] old = buckets;
        buckets = new TcpFlow[2 * old.length];
        for (TcpFlow head : old) {
            TcpFlow flow = head;
            while (flow != null) {
                TcpFlow next = flow.nextInBucket;
                put(flow);
                flow = next;
            }
        }
    }

    private void makeRoom() {
        for (FlowList list : active.values()) {
            TcpFlow flow = list.first();
            if (flow != null) {
                flow.release(DropReason.REASSEMBLY_FULL, out.of(flow, 0));
                remove(flow);
                return;
            }
        }
        throw new IllegalStateException("no flow to make room, with " + count + " known");
    }

    /** Takes over what a segment changed in a flow. */
    void settle(TcpFlow flow, long timeUs) {
        flow.activeUs = timeUs;
        list(flow.standing()).addLast(flow.byActivity);
        if (!flow.isWaiting()) {
            flow.byWaiting.remove();
        } else if (!flow.byWaiting.isIn(waiting)) {
            flow.waitingUs = timeUs;
            waiting.addLast(flow.byWaiting);
        }
        charge(flow);
        while (!budget.fits(0) && dropWaiting()) {
            // until what is held fits
        }
    }

    private FlowList list(TcpFlow.Standing standing) {
        return Objects.requireNonNull(active.get(standing));
    }

    private void charge(TcpFlow flow) {
        int weight = flow.weight();
        budget.take(weight - (long) flow.charged);
        flow.charged = weight;
        FlowList holding = flow.isUseful() ? holdingUseful : holdingNew;
        if (weight == 0) {
            flow.byHolding.remove();
        } else if (!flow.byHolding.isIn(holding)) {
            holding.addLast(flow.byHolding);
        }
    }

    /** False when nothing waits. */
    private boolean dropWaiting() {
        TcpFlow first = holdingNew.first();
        TcpFlow flow = first == null ? holdingUseful.first() : first;
        if (flow == null) {
            return false;
        }
        flow.release(DropReason.REASSEMBLY_FULL, out.of(flow, 0));
        flow.byWaiting.remove();
        charge(flow);
        return true;
    }

    /** Ends what is due: holes that were not filled, flows in which nothing happens. */
    void advance(long nowUs) {
        for (TcpFlow flow = waiting.first();
                flow != null && apart(nowUs, flow.waitingUs) >= HOLE_US;
                flow = waiting.first()) {
            flow.byWaiting.remove();
            giveUpHoles(flow, nowUs - HOLE_US);
            boolean more = flow.isWaiting();
            charge(flow);
            if (more) {
                flow.waitingUs = nowUs;
                waiting.addLast(flow.byWaiting);
            }
        }
        for (TcpFlow.Standing standing : TcpFlow.Standing.values()) {
            long quietUs =
                    standing == TcpFlow.Standing.CLOSED ? Math.min(CLOSED_US, idleUs) : idleUs;
            FlowList list = list(standing);
            for (TcpFlow flow = list.first();
                    flow != null && apart(nowUs, flow.activeUs) > quietUs;
                    flow = list.first()) {
                end(flow);
            }
        }
    }

    /** Times of frames may go back: then what was seen in the future is no longer waited for. */
    private static long apart(long nowUs, long thenUs) {
        return Math.abs(nowUs - thenUs);
    }

    private void giveUpHoles(TcpFlow flow, long untilUs) {
        for (int end = 0; end < 2; end++) {
            TcpStream stream = flow.stream(end);
            while (stream != null && stream.waitsSince() <= untilUs) {
                stream.giveUp(DropReason.TCP_SEGMENT, out.of(flow, end));
            }
        }
    }

    /** Hands out what is whole, drops the rest, and forgets the flow. */
    void end(TcpFlow flow) {
        flush(flow);
        remove(flow);
    }

    /** Hands out what is whole and drops the rest. */
    void flush(TcpFlow flow) {
        for (int end = 0; end < 2; end++) {
            TcpStream stream = flow.stream(end);
            if (stream != null) {
                stream.flush(out.of(flow, end));
            }
        }
    }

    private void remove(TcpFlow flow) {
        flow.byActivity.remove();
        flow.byHolding.remove();
        flow.byWaiting.remove();
        budget.release(TcpFlow.BYTES + (long) flow.charged);
        count--;
        int bucket = bucket(flow.hash);
        TcpFlow before = buckets[bucket];
        if (before == flow) {
            buckets[bucket] = flow.nextInBucket;
            return;
        }
        while (before != null && before.nextInBucket != flow) {
            before = before.nextInBucket;
        }
        if (before != null) {
            before.nextInBucket = flow.nextInBucket;
        }
    }

    /** Ends all. */
    void finish() {
        for (FlowList list : active.values()) {
            for (TcpFlow flow = list.first(); flow != null; flow = list.first()) {
                end(flow);
            }
        }
    }

    /** Flows that are known. */
    int count() {
        return count;
    }

    /** Bytes charged. */
    long used() {
        return budget.used();
    }
}
