package io.stream53.agent.filter;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was decided for recent responses, by key and question; bounded. */
final class ResponseMemory {
    private static final int MAX_FLOWS = 1 << 15;

    /** The matcher knows no more pending queries under a key. */
    private static final int MAX_QUESTIONS = 16;

    private static final class Decision {
        final long question;
        long timestampUs;
        boolean keep;

        /** A query stands behind it. */
        boolean claimed;

        Decision(long question) {
            this.question = question;
        }
    }

    /** In the order of their last decision. */
    private final Map<FlowKey, List<Decision>> flows = new LinkedHashMap<>();

    private final long memoryUs;

    ResponseMemory(long memoryUs) {
        this.memoryUs = memoryUs;
    }

    void remember(FlowKey flow, long question, long timestampUs, boolean keep, boolean claimed) {
        List<Decision> decisions = flows.remove(flow);
        if (decisions == null) {
            decisions = new ArrayList<>(1);
        }
        Decision decision = find(decisions, question);
        if (decision == null) {
            decision = new Decision(question);
        } else {
            decisions.remove(decision);
        }
        decision.timestampUs = timestampUs;
        decision.keep = keep;
        decision.claimed |= claimed;
        decisions.add(decision);
        if (decisions.size() > MAX_QUESTIONS) {
            decisions.removeFirst();
        }
        flows.put(flow, decisions);
        if (flows.size() > MAX_FLOWS) {
            removeEldest();
        }
    }

    private static @Nullable Decision find(List<Decision> decisions, long question) {
        for (Decision decision : decisions) {
            if (decision.question == question) {
                return decision;
            }
        }
        return null;
    }

    /** What was decided; of a response without question, the last under its key. */
    @Nullable Boolean recall(FlowKey flow, long question, long timestampUs) {
        List<Decision> decisions = flows.get(flow);
        if (decisions == null) {
            return null;
        }
        Decision decision =
                question == QuestionHash.NONE ? decisions.getLast() : find(decisions, question);
        boolean fresh = decision != null && timestampUs - decision.timestampUs <= memoryUs;
        return decision != null && fresh ? decision.keep : null;
    }

    /** What was decided for a response that came just before its query; once. */
    @Nullable Boolean claim(FlowKey flow, long question, long queryUs, long skewUs) {
        List<Decision> decisions = flows.get(flow);
        Decision decision = decisions == null ? null : find(decisions, question);
        if (decision == null
                || decision.claimed
                || Math.abs(queryUs - decision.timestampUs) > skewUs) {
            return null;
        }
        decision.claimed = true;
        return decision.keep;
    }

    /** Lets go of what is too old. */
    void forget(long nowUs) {
        while (!flows.isEmpty()) {
            List<Decision> eldest = flows.values().iterator().next();
            if (nowUs - eldest.getLast().timestampUs <= memoryUs) {
                return;
            }
            removeEldest();
        }
    }

    private void removeEldest() {
        Iterator<List<Decision>> eldest = flows.values().iterator();
        eldest.next();
        eldest.remove();
    }
}
