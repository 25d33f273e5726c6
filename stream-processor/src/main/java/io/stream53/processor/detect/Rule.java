package io.stream53.processor.detect;

import java.util.Map;
import java.util.TreeMap;

/**
 * One rule: by which figures of a slot a subject breaks it. Numbers are those of a slot of ten
 * seconds.
 */
public sealed interface Rule
        permits RandomSubdomain,
                NxdomainFlood,
                Amplification,
                Reflection,
                Tunnelling,
                SpoofedResponses,
                ServerSilent {
    /** As in records, and in settings behind {@code alerts.}. */
    String name();

    /** One sentence for people. */
    String description();

    /** Where its evidence comes from. */
    Watch watch();

    /** In force, named as in settings behind the rule's name. */
    Map<String, Double> thresholds();

    /** Least number of transactions in a slot that can break the rule. */
    long least();

    /**
     * How many times its threshold the main figure is when the rule is broken, at least 1; else 0.
     *
     * @param before what is known of a server's earlier slots; {@link Baseline#NONE} for others
     * @param open an alert of the subject is open
     */
    double excess(Signs signs, Baseline before, boolean open);

    /** Transactions that the rule is about. */
    default long matched(Signs signs) {
        return signs.get(Sign.MATCHED);
    }

    /** Whether matched transactions have a meaning as a share of the subject's. */
    default boolean hasShare() {
        return true;
    }

    /** Whether the names and clients among the signs are those of matched transactions. */
    default boolean hasNames() {
        return true;
    }

    /** More numbers for people. */
    default Map<String, Double> figures(Signs signs) {
        return Map.of();
    }

    /** How many times a threshold a figure is; 0 below it. */
    static double times(double figure, double threshold) {
        return figure < threshold ? 0 : figure / threshold;
    }

    static double times(long figure, long threshold) {
        return times((double) figure, (double) threshold);
    }

    static boolean isShare(long part, double share, long all) {
        return part >= share * all;
    }

    static double ratio(long part, long of) {
        return of == 0 ? 0 : (double) part / of;
    }

    /** Bytes of queries and responses, and how many times larger the latter are. */
    static Map<String, Double> bytes(Signs signs) {
        long in = signs.get(Sign.QUERY_BYTES);
        long out = signs.get(Sign.RESPONSE_BYTES);
        Map<String, Double> figures = new TreeMap<>();
        figures.put("query_bytes", (double) in);
        figures.put("response_bytes", (double) out);
        figures.put("byte_ratio", ratio(out, in));
        return figures;
    }
}
