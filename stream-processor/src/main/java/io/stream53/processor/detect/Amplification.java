package io.stream53.processor.detect;

import java.util.Map;
import java.util.TreeMap;

/**
 * A domain whose large records are asked for over and over, as resolvers with a cache do not: its
 * servers are used to amplify.
 *
 * @param responses large responses over UDP
 * @param share of them among all of the domain
 * @param repeats large responses for each client that gets any
 */
record Amplification(long responses, double share, double repeats) implements Rule {
    static final String NAME = "amplification";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Small queries for large records of one domain again and again: its servers amplify an attack.";
    }

    @Override
    public Watch watch() {
        return Watch.LARGE_RESPONSES;
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
        boolean again = signs.get(Sign.SEEN) >= repeats * signs.distinctClients();
        return most && again ? Rule.times(signs.get(Sign.MATCHED), responses) : 0;
    }

    @Override
    public Map<String, Double> figures(Signs signs) {
        Map<String, Double> figures = new TreeMap<>(Rule.bytes(signs));
        figures.put("any_queries", (double) signs.get(Sign.ANY));
        return figures;
    }
}
