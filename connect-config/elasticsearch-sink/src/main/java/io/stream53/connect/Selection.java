package io.stream53.connect;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions are indexed, for sites that have too many to index each: those that one rule
 * at least takes. Counts, alerts and ledgers are not selected from, so counts stay exact.
 *
 * <p>{@code sampled:100} takes one in a hundred by a hash of the id, the same ones each time;
 * {@code slow:1s} what took longer; {@code failed} what ECS calls a failure, unanswered queries
 * among them; {@code mismatched} MISMATCHED, UNSOLICITED and LATE responses; {@code alerting} those
 * of a domain, client or server that an open alert is about.
 */
final class Selection {
    /** Weight of what is not indexed. */
    static final int NONE = 0;

    private static final String KEY = "index.select";
    private static final String EVERYTHING = "all";
    private static final Set<String> MISMATCHED = Set.of("MISMATCHED", "UNSOLICITED", "LATE");

    private final List<Rule> rules;

    private sealed interface Rule {
        /** How many transactions a document stands for when it is this rule that takes it. */
        default int weight() {
            return 1;
        }
    }

    private record Sampled(int rate) implements Rule {
        @Override
        public int weight() {
            return rate;
        }
    }

    private record Slow(Duration threshold) implements Rule {}

    private record Failed() implements Rule {}

    private record Mismatched() implements Rule {}

    private record Alerting() implements Rule {}

    private Selection(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** Reads the setting; a rule that is not known is a {@link ConfigException}. */
    static Selection of(List<String> texts) {
        if (texts.equals(List.of(EVERYTHING))) {
            return new Selection(List.of());
        }
        if (texts.isEmpty()) {
            throw new ConfigException(KEY + " is empty; set it to all, or to one rule or more.");
        }
        return new Selection(texts.stream().map(Selection::rule).toList());
    }

    /** Validates the setting for {@link org.apache.kafka.common.config.ConfigDef}. */
    static void check(String key, Object value) {
        if (value instanceof List<?> texts) {
            Selection _ = of(texts.stream().map(Object::toString).toList());
        }
    }

    private static Rule rule(String text) {
        if (text.startsWith("sampled:")) {
            return new Sampled(rate(text.substring("sampled:".length())));
        }
        if (text.startsWith("slow:")) {
            return new Slow(Durations.of(KEY, text.substring("slow:".length())));
        }
        return switch (text) {
            case "failed" -> new Failed();
            case "mismatched" -> new Mismatched();
            case "alerting" -> new Alerting();
            default ->
                    throw new ConfigException(
                            KEY
                                    + " has "
                                    + text
                                    + "; it is all alone, or any of sampled:100, slow:1s, failed,"
                                    + " mismatched, alerting.");
        };
    }

    private static int rate(String text) {
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new ConfigException(
                    KEY + " has sampled:" + text + "; one in how many must be 1 or more.");
        }
        return Integer.parseInt(text);
    }

    /** Whether every transaction is indexed. */
    boolean isEverything() {
        return rules.isEmpty();
    }

    /** Whether it needs to know of alerts. */
    boolean asksForAlerts() {
        return rules.stream().anyMatch(Alerting.class::isInstance);
    }

    /**
     * How many transactions the document of a transaction stands for: 1 when any rule but the
     * sample takes it, since that rule takes all of its kind; the sample's rate when only the
     * sample takes it; {@link #NONE} when nothing does. So the sum over documents estimates the
     * number of transactions.
     */
    int weight(RecordValue transaction, OpenAlerts alerts) {
        int weight = NONE;
        for (Rule rule : rules) {
            if (takes(rule, transaction, alerts)) {
                weight = weight == NONE ? rule.weight() : Math.min(weight, rule.weight());
            }
        }
        return isEverything() ? 1 : weight;
    }

    private static boolean takes(Rule rule, RecordValue transaction, OpenAlerts alerts) {
        return switch (rule) {
            case Sampled(int rate) -> hash(transaction.text("id")) % rate == 0;
            case Slow(Duration threshold) -> {
                Long nanos = transaction.number("event", "duration");
                yield nanos != null && nanos > threshold.toNanos();
            }
            case Failed _ -> "failure".equals(transaction.text("event", "outcome"));
            case Mismatched _ -> {
                String status = transaction.text("dns", "status");
                yield status != null && MISMATCHED.contains(status);
            }
            case Alerting _ -> alerts.areAbout(transaction);
        };
    }

    /** 32 bits, the same for the same id in every version. */
    private static long hash(@Nullable String id) {
        CRC32 hash = new CRC32();
        hash.update((id == null ? "" : id).getBytes(StandardCharsets.UTF_8));
        return hash.getValue();
    }
}
