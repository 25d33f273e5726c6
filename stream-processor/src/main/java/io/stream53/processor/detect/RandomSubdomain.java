package io.stream53.processor.detect;

import java.util.Map;

/**
 * Water torture: random names below one domain, which no cache knows and its servers must all look
 * for.
 *
 * @param names different names that could not be resolved
 * @param share of such queries among all of the domain
 * @param distinct of the names among such queries: names of people repeat
 */
record RandomSubdomain(long names, double share, double distinct) implements Rule {
    static final String NAME = "random-subdomain";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Many different names below one domain that do not exist: random subdomains (water torture).";
    }

    @Override
    public Watch watch() {
        return Watch.MISSING_NAMES;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("names", (double) names, "share", share, "distinct", distinct);
    }

    @Override
    public long least() {
        return names;
    }

    @Override
    public double excess(Signs signs, Baseline before, boolean open) {
        boolean most = Rule.isShare(signs.get(Sign.MATCHED), share, signs.get(Sign.TOTAL));
        boolean random = signs.distinctNames() >= distinct * signs.get(Sign.SEEN);
        return most && random ? Rule.times(signs.weightedNames(), (double) names) : 0;
    }

    @Override
    public Map<String, Double> figures(Signs signs) {
        return Map.of(
                "nxdomain", (double) signs.get(Sign.NXDOMAIN),
                "servfail", (double) signs.get(Sign.SERVFAIL));
    }
}
