package io.stream53.processor.detect;

import java.util.Map;
import java.util.TreeMap;

/**
 * Data carried in names: long, hardly ever the same, without a pattern, from few clients.
 *
 * @param names different long names
 * @param share of queries with long names among all of the domain
 * @param entropy of the letters before the registered domain, bits a letter
 * @param namesPerClient different long names for each client that asks for any
 */
record Tunnelling(long names, double share, double entropy, double namesPerClient) implements Rule {
    static final String NAME = "tunnelling";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Few clients ask for many long names without a pattern below one domain: data may be carried in them.";
    }

    @Override
    public Watch watch() {
        return Watch.LONG_NAMES;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of(
                "names", (double) names,
                "share", share,
                "entropy", entropy,
                "names-per-client", namesPerClient);
    }

    @Override
    public long least() {
        return names;
    }

    @Override
    public double excess(Signs signs, Baseline before, boolean open) {
        boolean most = Rule.isShare(signs.get(Sign.MATCHED), share, signs.get(Sign.TOTAL));
        boolean few = signs.distinctNames() >= namesPerClient * signs.distinctClients();
        return most && few && signs.entropy() >= entropy
                ? Rule.times(signs.weightedNames(), (double) names)
                : 0;
    }

    @Override
    public Map<String, Double> figures(Signs signs) {
        Map<String, Double> figures = new TreeMap<>();
        figures.put("entropy", signs.entropy());
        figures.put("characters_up", (double) signs.get(Sign.QUERY_BYTES));
        figures.put("response_bytes", (double) signs.get(Sign.RESPONSE_BYTES));
        figures.put(
                "mean_length", Rule.ratio(signs.get(Sign.QUERY_BYTES), signs.get(Sign.MATCHED)));
        return figures;
    }
}
