package io.stream53.processor.enrich;

import io.stream53.schema.Dns;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.ResourceRecord;
import java.util.List;

/**
 * Tells queries that only a resolver which minimises names sends (RFC 9156, and RFC 7816 before
 * it), as far as one transaction alone can show it. A minimising resolver asks a server for one
 * label more than the zone it knows the server for, by type A, AAAA or NS; the answer that leads on
 * is a referral for exactly that name, or NODATA where the name has nothing but names under it. Not
 * every such exchange proves it: any resolver that was asked for {@code example.com} gets a
 * referral for exactly {@code example.com}. So of the address types only names count that nobody
 * wants an address of. docs/labels.md has the rule, what it misses and where it is wrong.
 */
final class QnameMinimisation {
    private static final int RD = 0x0100;
    private static final int AA = 0x0400;
    private static final int QUERY = 0;
    private static final int CLASS_IN = 1;
    private static final int TYPE_A = 1;
    private static final int TYPE_NS = 2;
    private static final int TYPE_AAAA = 28;
    private static final String IPV4_TREE = "in-addr.arpa";
    private static final String IPV6_TREE = "ip6.arpa";
    private static final int IPV4_LABELS = 4;
    private static final int IPV6_LABELS = 32;

    private QnameMinimisation() {}

    /**
     * Whether a query is one.
     *
     * @param response its response, whose content {@code dns} holds
     */
    static boolean shows(DnsPacket query, DnsPacket response, Dns dns) {
        if (!isOfAKindThatResolversSend(query)) {
            return false;
        }
        String name = query.getQuestionName();
        if (name.startsWith("_.")) {
            return true;
        }
        boolean leadsOn =
                switch (String.valueOf(dns.getResponseKind())) {
                    case "referral" -> isReferralFor(name, dns.getAuthorities());
                    case "nodata" -> (response.getFlags() & AA) != 0;
                    default -> false;
                };
        return leadsOn && (query.getQuestionType() == TYPE_NS || isNoNameOfAHost(name));
    }

    /** The query alone: without recursion, of a type that RFC 9156 section 2.1 names. */
    private static boolean isOfAKindThatResolversSend(DnsPacket query) {
        int type = query.getQuestionType();
        return (type == TYPE_A || type == TYPE_NS || type == TYPE_AAAA)
                && query.getQuestionCount() == 1
                && !query.getQuestionName().isEmpty()
                && query.getQuestionClass() == CLASS_IN
                && query.getOpcode() == QUERY
                && (query.getFlags() & RD) == 0;
    }

    private static boolean isReferralFor(String name, List<ResourceRecord> authorities) {
        for (ResourceRecord record : authorities) {
            if (record.getType().equals("NS")) {
                return record.getName().equals(name);
            }
        }
        return false;
    }

    /**
     * A top-level domain, a name whose first label begins with an underscore (RFC 8552), or a part
     * of a reversed address (RFC 1035 section 3.5, RFC 3596 section 2.5).
     */
    private static boolean isNoNameOfAHost(String name) {
        return name.indexOf('.') < 0
                || name.charAt(0) == '_'
                || isPartOf(name, IPV4_TREE, IPV4_LABELS)
                || isPartOf(name, IPV6_TREE, IPV6_LABELS);
    }

    private static boolean isPartOf(String name, String tree, int wholeLabels) {
        if (!SpecialUse.isWithin(name, tree)) {
            return false;
        }
        int dots = 0;
        for (int i = 0; i < name.length() - tree.length(); i++) {
            dots += name.charAt(i) == '.' ? 1 : 0;
        }
        return dots < wholeLabels;
    }
}
