package io.stream53.processor.detect;

import java.util.Map;

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
        return LargeResponses.thresholds(responses, share, repeats);
    }

    @Override
    public long least() {
        return responses;
    }

    @Override
    public double excess(Signs signs, Baseline before, boolean open) {
        return LargeResponses.excess(signs, responses, share, repeats, signs.distinctClients());
    }

    @Override
    public Map<String, Double> figures(Signs signs) {
        return LargeResponses.figures(signs);
    }
}
