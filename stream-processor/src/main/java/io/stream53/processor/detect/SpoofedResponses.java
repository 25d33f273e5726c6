package io.stream53.processor.detect;

import java.util.Map;

/**
 * Bursts of responses to questions that were not asked, to addresses, ports and ids that were:
 * somebody guesses, to poison the client's cache (RFC 5452).
 *
 * @param mismatched responses whose question differs from what was pending
 */
record SpoofedResponses(long mismatched) implements Rule {
    static final String NAME = "spoofed-responses";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "A client gets many responses to questions that it did not ask: they are likely forged.";
    }

    @Override
    public Watch watch() {
        return Watch.FORGED;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("mismatched", (double) mismatched);
    }

    @Override
    public long least() {
        return mismatched;
    }

    @Override
    public double excess(Signs signs, Baseline before, boolean open) {
        return Rule.times(signs.get(Sign.MATCHED), mismatched);
    }

    @Override
    public boolean hasShare() {
        return false;
    }

    @Override
    public Map<String, Double> figures(Signs signs) {
        return Map.of("unsolicited", (double) signs.get(Sign.UNSOLICITED));
    }
}
