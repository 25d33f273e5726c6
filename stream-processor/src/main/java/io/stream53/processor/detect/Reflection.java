package io.stream53.processor.detect;

import java.util.Map;

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
        return LargeResponses.thresholds(responses, share, repeats);
    }

    @Override
    public long least() {
        return responses;
    }

    @Override
    public double excess(Signs signs, Baseline before, boolean open) {
        return LargeResponses.excess(signs, responses, share, repeats, signs.distinctNames());
    }

    @Override
    public Map<String, Double> figures(Signs signs) {
        return LargeResponses.figures(signs);
    }
}
