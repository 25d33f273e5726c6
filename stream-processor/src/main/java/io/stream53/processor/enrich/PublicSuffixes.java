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
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
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
        if (name.isEmpty() || name.equals(".")) {
            return Split.NOTHING;
        }
        String ascii = name.indexOf('\\') < 0 ? name : withALabels(name);
        int suffix = suffixStart(ascii);
        int registered = suffix == 0 ? 0 : labelStart(ascii, suffix - 1);
        return new Split(
                ascii.substring(suffix),
                suffix == 0 ? null : ascii.substring(registered),
                registered == 0 ? null : ascii.substring(0, registered - 1));
    }

    private static String withALabels(String name) {
        return Labels.of(name).stream().map(Labels::toALabel).collect(Collectors.joining("."));
    }

    /** Where a name's public suffix begins; the longest rule prevails. */
    private int suffixStart(String name) {
        int end = name.length();
        int suffix = labelStart(name, end);
        int before = end;
        while (true) {
            int start = labelStart(name, before);
            Rule rule = rules.get(name.substring(start));
            if (rule == Rule.EXCEPTION) {
                return before == end ? end : before + 1;
            }
            if (rule == Rule.NAME || rule == Rule.NAME_AND_WILDCARD) {
                suffix = start;
            }
            if (start == 0) {
                return suffix;
            }
            if (rule == Rule.WILDCARD || rule == Rule.NAME_AND_WILDCARD) {
                suffix = labelStart(name, start - 1);
            }
            before = start - 1;
        }
    }

    /** Where the label begins that ends before a place. */
    private static int labelStart(String name, int end) {
        return name.lastIndexOf('.', end - 1) + 1;
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
