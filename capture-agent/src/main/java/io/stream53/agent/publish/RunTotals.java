package io.stream53.agent.publish;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a run has seen so far, for its watermarks: captured = sent + what was dropped before it was
 * numbered.
 *
 * @param captured candidates found of which it is decided what becomes of them, those that the
 *     kernel dropped among them
 * @param sent messages numbered and handed to the output, over all partitions
 * @param losses candidates dropped, by reason
 * @param samplingRate one transaction in so many is kept at present; 1 is all
 */
public record RunTotals(long captured, long sent, Map<String, Long> losses, int samplingRate) {
    public RunTotals {
        losses = new TreeMap<>(losses);
    }
}
