package io.stream53.processor.enrich;

import io.stream53.schema.DnsPacket;
import io.stream53.schema.ResourceRecord;
import java.util.List;

/** What a response amounts to (RFC 2308 section 2, RFC 8499 section 4). */
final class ResponseKind {
    private static final int AA = 0x0400;
    private static final int TC = 0x0200;
    private static final int RA = 0x0080;
    private static final int QUERY = 0;
    private static final int NOERROR = 0;
    private static final int NXDOMAIN = 3;

    private ResponseKind() {}

    /** The name was looked up without fault: it has data, or it has not. */
    static boolean isSuccess(int rcode) {
        return rcode == NOERROR || rcode == NXDOMAIN;
    }

    /**
     * The kind of a response.
     *
     * @param answers those that could be read, and {@code authorities} likewise; a section of which
     *     none could be read is judged by its count
     */
    static String of(
            DnsPacket response, List<ResourceRecord> answers, List<ResourceRecord> authorities) {
        if ((response.getFlags() & TC) != 0) {
            return "truncated";
        }
        return switch (response.getRcode()) {
            case NXDOMAIN -> "nxdomain";
            case NOERROR -> noError(response, answers, authorities);
            default -> "error";
        };
    }

    private static String noError(
            DnsPacket response, List<ResourceRecord> answers, List<ResourceRecord> authorities) {
        if (response.getOpcode() != QUERY) {
            return "answer";
        }
        boolean soa = has(authorities, "SOA");
        if (response.getAnswerCount() > 0) {
            return soa && endsInAlias(response, answers) ? "nodata" : "answer";
        }
        boolean authoritative = (response.getFlags() & AA) != 0;
        if (soa || authoritative || response.getAuthorityCount() == 0) {
            return "nodata";
        }
        // Where the records were not carried, only a server that does not recurse refers.
        boolean refers =
                authorities.isEmpty() ? (response.getFlags() & RA) == 0 : has(authorities, "NS");
        return refers ? "referral" : "nodata";
    }

    /** RFC 2308 section 2.2: an alias whose target has no data of the type asked for. */
    private static boolean endsInAlias(DnsPacket response, List<ResourceRecord> answers) {
        return response.getAnswerCount() == answers.size()
                && answers.stream()
                        .map(ResourceRecord::getType)
                        .allMatch(
                                type ->
                                        type.equals("CNAME")
                                                || type.equals("DNAME")
                                                || type.equals("RRSIG"))
                && !asksForAlias(response.getQuestionType());
    }

    private static boolean asksForAlias(int questionType) {
        return switch (questionType) {
            case 5, 39, 46, 255 -> true; // CNAME, DNAME, RRSIG, ANY
            default -> false;
        };
    }

    private static boolean has(List<ResourceRecord> records, String type) {
        for (ResourceRecord record : records) {
            if (record.getType().equals(type)) {
                return true;
            }
        }
        return false;
    }
}
