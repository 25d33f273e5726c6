package io.stream53.agent.privacy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The public suffix list (publicsuffix.org), both parts of it, as the crawler-commons library
 * carries it; that library's code is not used. Immutable.
 */
final class PublicSuffixes {
    private static final String LIST = "/effective_tld_names.dat";

    /** As in the list: {@code co.uk}, {@code *.ck}, {@code !www.ck}; A-labels. */
    private final Set<String> rules;

    /** Most labels that a rule speaks of. */
    private final int deepest;

    private PublicSuffixes(Set<String> rules) {
        this.rules = rules;
        deepest = rules.stream().mapToInt(rule -> rule.split("\\.").length).max().orElse(0);
    }

    /** Reads the list from the class path. */
    static PublicSuffixes load() {
        try (InputStream list = PublicSuffixes.class.getResourceAsStream(LIST)) {
            if (list == null) {
                throw new IllegalStateException(
                        "The public suffix list is missing: put crawler-commons on the class path.");
            }
            return new PublicSuffixes(
                    read(new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The public suffix list cannot be read.", unreadable);
        }
    }

    private static Set<String> read(BufferedReader list) throws IOException {
        Set<String> rules = new HashSet<>(1 << 14);
        for (String line = list.readLine(); line != null; line = list.readLine()) {
            String rule = line.strip();
            if (!rule.isEmpty() && !rule.startsWith("//")) {
                rules.add(ascii(rule.split("\\s", 2)[0]));
            }
        }
        return rules;
    }

    /** The signs that are not of the name stay where they are. Most rules need no mapping. */
    private static String ascii(String rule) {
        if (rule.chars().allMatch(c -> c < 128)) {
            return rule.toLowerCase(Locale.ROOT);
        }
        int name = rule.startsWith("!") ? 1 : rule.startsWith("*.") ? 2 : 0;
        String mapped = IDN.toASCII(rule.substring(name), IDN.ALLOW_UNASSIGNED);
        return rule.substring(0, name) + mapped.toLowerCase(Locale.ROOT);
    }

    /**
     * Where in a name its public suffix begins; the longest rule prevails.
     *
     * @param name lower case, no final dot, not the root
     * @return -1 when no rule matches
     */
    int suffixStart(String name) {
        int found = -1;
        int from = name.length();
        for (int labels = 0; from > 0 && labels < deepest; labels++) {
            int above = from;
            from = name.lastIndexOf('.', from - 2) + 1;
            String tail = name.substring(from);
            if (rules.contains("!" + tail)) {
                return above;
            }
            boolean wildcard =
                    above < name.length() && rules.contains("*." + name.substring(above));
            if (wildcard || rules.contains(tail)) {
                found = from;
            }
        }
        return found;
    }
}
