package io.stream53.processor.detect;

import java.util.Map;

/**
 * Far more queries for names that do not exist than a server has otherwise.
 *
 * @param responses NXDOMAIN responses
 * @param share of them among the server's answered queries
 * @param growth how many times the server's own usual number; until that is known, share must be
 *     halfway between {@code share} and 1, since at some servers (the root's) most names are none
 */
record NxdomainFlood(long responses, double share, double growth) implements Rule {
    static final String NAME = "nxdomain-flood";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "A server is asked for far more names that do not exist than usual.";
    }

    @Override
    public Watch watch() {
        return Watch.SERVER;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("responses", (double) responses, "share", share, "growth", growth);
    }

    @Override
    public long least() {
        return responses;
    }

    @Override
    public double excess(Signs signs, Baseline before, boolean open) {
        long nxdomain = matched(signs);
        long answered = signs.get(Sign.TOTAL) - signs.get(Sign.UNANSWERED);
        boolean flood =
                before.isKnown()
                        ? Rule.isShare(nxdomain, share, answered)
                                && nxdomain >= growth * before.nxdomain()
                        : Rule.isShare(nxdomain, (1 + share) / 2, answered);
        return flood ? Rule.times(nxdomain, responses) : 0;
    }
}
