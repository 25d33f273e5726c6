package io.stream53.agent.privacy;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Replaces the labels below a name's registered domain by keyed hashes: one label always by the
 * same 13 letters and digits. What the registered domain is, the public suffix list says.
 *
 * <p>Under a last label that the list does not know everything is hashed, that label too unless it
 * is one of the well-known private ones: what people call their devices ends up there. Reverse
 * names and names too long for this have one hash for all labels that do not stay.
 */
final class NameHasher {
    private static final int HASH_CHARS = 13;
    private static final int MAX_NAME_CHARS = 253;
    private static final String BASE32HEX = "0123456789abcdefghijklmnopqrstuv";

    /** Last labels of private names: RFC 6761, RFC 6762 appendix G, RFC 7686, RFC 9476. */
    private static final Set<String> PRIVATE =
            Set.of(
                    "alt",
                    "corp",
                    "example",
                    "home",
                    "internal",
                    "intranet",
                    "invalid",
                    "lan",
                    "local",
                    "localdomain",
                    "localhost",
                    "onion",
                    "private",
                    "test");

    /** Suffixes right below which there are addresses or devices, and no registered domains. */
    private static final Set<String> NOTHING_REGISTERED =
            Set.of("in-addr.arpa", "ip6.arpa", "home.arpa");

    private final PublicSuffixes suffixes;
    private final SipHash hash;

    NameHasher(PublicSuffixes suffixes, PrivacyKey key) {
        this.suffixes = suffixes;
        this.hash = new SipHash(key.derive("labels"));
    }

    /**
     * What is published for a name.
     *
     * @param name text as {@code DnsMessage.questionNameBytes}; may be empty
     * @param length bytes of it that count
     */
    byte[] hash(byte[] name, int length) {
        String text = new String(name, 0, length, StandardCharsets.US_ASCII);
        return hash(text).getBytes(StandardCharsets.US_ASCII);
    }

    String hash(String name) {
        if (name.isEmpty() || name.equals(".")) {
            return name;
        }
        int suffix = suffixes.suffixStart(name);
        int kept = kept(name, suffix);
        boolean reverse = suffix >= 0 && name.endsWith(".arpa");
        // the dot in front of what stays belongs to nobody
        int end = kept == name.length() ? kept : kept - 1;
        return below(name, name.substring(kept), end, reverse);
    }

    /** Where in the name the part begins that stays; its length when nothing does. */
    private static int kept(String name, int suffix) {
        if (suffix < 0) {
            int last = name.lastIndexOf('.') + 1;
            return PRIVATE.contains(name.substring(last)) ? last : name.length();
        }
        if (suffix == 0 || NOTHING_REGISTERED.contains(name.substring(suffix))) {
            return suffix;
        }
        return name.lastIndexOf('.', suffix - 2) + 1;
    }

    /**
     * Hashes from right to left what stands before the part that stays.
     *
     * @param end where that ends, without the dot behind it
     */
    private String below(String name, String kept, int end, boolean asOne) {
        StringBuilder published = new StringBuilder(kept);
        int to = end;
        while (to > 0) {
            int from = name.lastIndexOf('.', to - 1) + 1;
            boolean roomForMore = published.length() + 2 * (HASH_CHARS + 1) <= MAX_NAME_CHARS;
            if (asOne || !roomForMore) {
                from = 0;
            }
            if (!published.isEmpty()) {
                published.insert(0, '.');
            }
            published.insert(0, label(name, from, to));
            to = from - 1;
        }
        return published.toString();
    }

    /** 64 bits, five in a character. */
    private String label(String name, int from, int to) {
        byte[] bytes = name.substring(from, to).getBytes(StandardCharsets.US_ASCII);
        long value = hash.hash(bytes, 0, bytes.length);
        char[] text = new char[HASH_CHARS];
        for (int i = 0; i < HASH_CHARS; i++) {
            text[i] = BASE32HEX.charAt((int) (value >>> 59));
            value <<= 5;
        }
        return new String(text);
    }
}
