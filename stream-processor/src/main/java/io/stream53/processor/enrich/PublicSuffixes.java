package io.stream53.processor.enrich;

import crawlercommons.domains.EffectiveTldFinder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Splits names by the public suffix list (publicsuffix.org), as ECS has it. Both parts of the list
 * count, ICANN's and the private one, as in the list's own algorithm; a name that no rule matches
 * falls under the rule {@code *}. Safe for several threads.
 *
 * <p>The list is the one that the crawler-commons library carries. Its rules are applied here and
 * not by the library, which refuses labels that DNS allows and has no rule {@code *}.
 */
public final class PublicSuffixes {
    /**
     * A name's parts; A-labels where the list's own names are international.
     *
     * @param topLevelDomain the public suffix, for example {@code co.uk}; null for the root
     * @param registeredDomain the public suffix and one label more; null for a public suffix itself
     * @param subdomain the labels before the registered domain; null when there are none
     */
    public record Split(
            @Nullable String topLevelDomain,
            @Nullable String registeredDomain,
            @Nullable String subdomain) {
        static final Split NOTHING = new Split(null, null, null);
    }

    private enum Rule {
        /** {@code co.uk}: the name is a suffix. */
        NAME,
        /** {@code *.ck}: every name one label longer is a suffix. */
        WILDCARD,
        /** {@code !www.ck}: not a suffix, though the wildcard says so. */
        EXCEPTION,
        /** {@code kawasaki.jp} and {@code *.kawasaki.jp} are both in the list. */
        NAME_AND_WILDCARD
    }

    private static final String LIST = "/effective_tld_names.dat";
    private static final int CACHED_NAMES = 1 << 15;

    private final Map<String, Rule> rules;
    private final SlotCache<String, Split> cache = new SlotCache<>(CACHED_NAMES);

    /** Reads the list. */
    public PublicSuffixes() {
        try (InputStream list = EffectiveTldFinder.class.getResourceAsStream(LIST)) {
            if (list == null) {
                throw new IllegalStateException(
                        "The public suffix list is missing: put crawler-commons on the class path.");
            }
            rules = read(new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The public suffix list cannot be read.", unreadable);
        }
    }

    /**
     * The parts of a name.
     *
     * @param name as {@code dns.question.name}: lower case, no final dot, other bytes as {@code
     *     \DDD}
     */
    public Split split(String name) {
        return cache.get(name, this::compute);
    }

    private Split compute(String name) {
        List<String> labels = Labels.of(name).stream().map(Labels::toALabel).toList();
        if (labels.isEmpty()) {
            return Split.NOTHING;
        }
        int first = labels.size() - suffixLabels(labels);
        return new Split(
                String.join(".", labels.subList(first, labels.size())),
                first == 0 ? null : String.join(".", labels.subList(first - 1, labels.size())),
                first <= 1 ? null : String.join(".", labels.subList(0, first - 1)));
    }

    /** How many labels of a name are its public suffix; the longest rule prevails. */
    private int suffixLabels(List<String> labels) {
        int suffix = 1;
        String tail = "";
        for (int count = 1; count <= labels.size(); count++) {
            String label = labels.get(labels.size() - count);
            tail = tail.isEmpty() ? label : label + '.' + tail;
            Rule rule = rules.get(tail);
            if (rule == Rule.EXCEPTION) {
                return count - 1;
            }
            if (rule == Rule.NAME || rule == Rule.NAME_AND_WILDCARD) {
                suffix = count;
            }
            if ((rule == Rule.WILDCARD || rule == Rule.NAME_AND_WILDCARD)
                    && count < labels.size()) {
                suffix = count + 1;
            }
        }
        return suffix;
    }

    private static Map<String, Rule> read(BufferedReader list) throws IOException {
        Map<String, Rule> rules = new HashMap<>(1 << 14);
        for (String line = list.readLine(); line != null; line = list.readLine()) {
            String rule = line.strip();
            if (rule.isEmpty() || rule.startsWith("//")) {
                continue;
            }
            rule = rule.split("\\s", 2)[0];
            if (rule.startsWith("!")) {
                rules.put(ascii(rule.substring(1)), Rule.EXCEPTION);
            } else if (rule.startsWith("*.")) {
                rules.merge(ascii(rule.substring(2)), Rule.WILDCARD, PublicSuffixes::both);
            } else {
                rules.merge(ascii(rule), Rule.NAME, PublicSuffixes::both);
            }
        }
        return rules;
    }

    private static Rule both(Rule one, Rule other) {
        return one == other ? one : Rule.NAME_AND_WILDCARD;
    }

    private static String ascii(String rule) {
        return IDN.toASCII(rule, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    }
}
