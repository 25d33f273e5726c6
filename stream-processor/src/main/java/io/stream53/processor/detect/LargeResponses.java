package io.stream53.processor.detect;

import java.util.Map;
import java.util.TreeMap;

/**
 * What {@link Amplification} and {@link Reflection} look for: large responses over UDP, most of
 * what a subject has to do with, again and again.
 */
final class LargeResponses {
    private LargeResponses() {}

    static Map<String, Double> thresholds(long responses, double share, double repeats) {
        return Map.of("responses", (double) responses, "share", share, "repeats", repeats);
    }

    /**
     * As {@link Rule#excess} has it.
     *
     * @param distinct of what they repeat for: clients or names
     */
    static double excess(Signs signs, long responses, double share, double repeats, long distinct) {
        boolean most = Rule.isShare(signs.get(Sign.MATCHED), share, signs.get(Sign.TOTAL));
        boolean again = signs.get(Sign.SEEN) >= repeats * distinct;
        return most && again ? Rule.times(signs.get(Sign.MATCHED), responses) : 0;
    }

    static Map<String, Double> figures(Signs signs) {
        Map<String, Double> figures = new TreeMap<>(Rule.bytes(signs));
        figures.put("any_queries", (double) signs.get(Sign.ANY));
        return figures;
    }
}
