package io.stream53.processor.detect;

import java.util.Map;
import java.util.TreeMap;

/**
 * A client that gets the same large responses over and over: its address was forged, it is the
 * victim.
 *
 * @param responses large responses over UDP
 * @param share of them among all that the client asked
 * @param repeats large responses for each name and type asked for
 */
record Reflection(long responses, double share, double repeats) implements Rule {
    static final String NAME = "reflection";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "The same large responses go to one client again and again: its address is likely forged.";
    }

    @Override
    public Watch watch() {
        return Watch.LARGE_TO_CLIENT;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("responses", (double) responses, "share", share, "repeats", repeats);
    }

    @Override
    public long least() {
        return responses;
    }

    @Override
    public double excess(Signs signs, Baseline before, boolean open) {
        boolean most = Rule.isShare(signs.get(Sign.MATCHED), share, signs.get(Sign.TOTAL));
        boolean again = signs.get(Sign.SEEN) >= repeats * signs.distinctNames();
        return most && again ? Rule.times(signs.get(Sign.MATCHED), responses) : 0;
    }

    @Override
    public Map<String, Double> figures(Signs signs) {
        Map<String, Double> figures = new TreeMap<>(Rule.bytes(signs));
        figures.put("any_queries", (double) signs.get(Sign.ANY));
        return figures;
    }
}
