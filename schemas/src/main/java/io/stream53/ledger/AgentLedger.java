package io.stream53.ledger;

import java.util.Map;
import java.util.TreeMap;

/**
 * The agent's side of the ledger. The unit of all but the first two is one DNS message.
 *
 * @param frames frames read from the source
 * @param ignored frames that are not DNS: other ports, bare TCP segments, ARP, ICMP that quotes DNS
 * @param captured candidates found, with those that the kernel dropped
 * @param published records that the broker acknowledged, watermarks not among them
 * @param dropped candidates by {@link DropReason#text()}; reasons that never occurred are absent
 */
public record AgentLedger(
        long frames, long ignored, long captured, long published, Map<String, Long> dropped) {

    public static final AgentLedger EMPTY = new AgentLedger(0, 0, 0, 0, Map.of());

    public AgentLedger {
        dropped = Map.copyOf(dropped);
    }

    /** Candidates dropped for any reason. */
    public long droppedTotal() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Candidates dropped for one reason. */
    public long dropped(DropReason reason) {
        return dropped.getOrDefault(reason.text(), 0L);
    }

    /** Both together. */
    public AgentLedger plus(AgentLedger other) {
        Map<String, Long> sum = new TreeMap<>(dropped);
        other.dropped.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
        return new AgentLedger(
                frames + other.frames,
                ignored + other.ignored,
                captured + other.captured,
                published + other.published,
                sum);
    }
}
