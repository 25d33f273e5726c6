package io.stream53.processor.enrich;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The special-use domain names: what RFC 6761 registered and what IANA's registry "Special-Use
 * Domain Names" has taken in since. docs/labels.md lists them with their references.
 */
final class SpecialUse {
    /** Registered names under one last label. */
    private record Group(String lastLabel, String... names) {}

    private static final Group[] GROUPS = {
        // Ordered by how often queries end so: only the last label is compared for most names.
        new Group("com", "example.com"), // RFC 6761 section 6.5
        new Group("net", "example.net"),
        new Group("org", "example.org"),
        new Group(
                "arpa",
                "10.in-addr.arpa", // RFC 6761 section 6.1
                "168.192.in-addr.arpa",
                "16.172.in-addr.arpa",
                "17.172.in-addr.arpa",
                "18.172.in-addr.arpa",
                "19.172.in-addr.arpa",
                "20.172.in-addr.arpa",
                "21.172.in-addr.arpa",
                "22.172.in-addr.arpa",
                "23.172.in-addr.arpa",
                "24.172.in-addr.arpa",
                "25.172.in-addr.arpa",
                "26.172.in-addr.arpa",
                "27.172.in-addr.arpa",
                "28.172.in-addr.arpa",
                "29.172.in-addr.arpa",
                "30.172.in-addr.arpa",
                "31.172.in-addr.arpa",
                "254.169.in-addr.arpa", // RFC 6762 section 12
                "8.e.f.ip6.arpa",
                "9.e.f.ip6.arpa",
                "a.e.f.ip6.arpa",
                "b.e.f.ip6.arpa",
                "170.0.0.192.in-addr.arpa", // RFC 8880
                "171.0.0.192.in-addr.arpa",
                "ipv4only.arpa",
                "home.arpa", // RFC 8375
                "resolver.arpa", // RFC 9462
                "service.arpa", // RFC 9665
                "6tisch.arpa", // RFC 9031
                "eap-noob.arpa", // RFC 9140
                "eap.arpa"), // IANA's registry
        new Group("local", "local"), // RFC 6762 section 3
        new Group("localhost", "localhost"), // RFC 6761 sections 6.2 to 6.5
        new Group("test", "test"),
        new Group("invalid", "invalid"),
        new Group("example", "example"),
        new Group("onion", "onion"), // RFC 7686
        new Group("alt", "alt"), // RFC 9476
    };

    private SpecialUse() {}

    /**
     * The registered name that a name is or is under; null for any other.
     *
     * @param name as {@code dns.question.name}: lower case, no final dot, dots within a label as
     *     {@code \046}
     */
    static @Nullable String of(String name) {
        for (Group group : GROUPS) {
            if (isWithin(name, group.lastLabel)) {
                for (String registered : group.names) {
                    if (isWithin(name, registered)) {
                        return registered;
                    }
                }
                return null;
            }
        }
        return null;
    }

    /** All registered names. */
    static List<String> all() {
        return Arrays.stream(GROUPS).flatMap(group -> Arrays.stream(group.names)).toList();
    }

    /** Whether a name is a domain or a name under it. */
    static boolean isWithin(String name, String domain) {
        int before = name.length() - domain.length();
        return name.endsWith(domain) && (before == 0 || name.charAt(before - 1) == '.');
    }
}
