package io.stream53.processor.detect;

import java.time.Duration;
import java.util.Map;

/**
 * A server that answered, and does not any more.
 *
 * @param queries answered and unanswered ones
 * @param share of unanswered ones among them
 * @param memory how long ago the server must have answered at last
 */
record ServerSilent(long queries, double share, Duration memory) implements Rule {
    static final String NAME = "server-silent";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "A server that used to answer leaves nearly all queries unanswered.";
    }

    @Override
    public Watch watch() {
        return Watch.SERVER;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of(
                "queries", (double) queries, "share", share, "memory", (double) memory.toSeconds());
    }

    @Override
    public long least() {
        return queries;
    }

    @Override
    public double excess(Signs signs, Baseline before, boolean open) {
        long all = signs.get(Sign.TOTAL);
        boolean silent = Rule.isShare(matched(signs), share, all);
        return silent && (open || before.answeredWithin(memory)) ? Rule.times(all, queries) : 0;
    }

    @Override
    public long matched(Signs signs) {
        return signs.get(Sign.UNANSWERED);
    }

    @Override
    public boolean hasNames() {
        return false;
    }
}
