package io.stream53.processor.enrich;

import io.stream53.processor.match.Transaction;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Question;
import java.util.List;

/** Which {@link Tag}s a transaction carries, by its packets and what was made of them. */
final class TransactionTags {
    private static final int AD = 0x0020;
    private static final int CD = 0x0010;
    private static final int QUERY = 0;
    private static final int TYPE_ANY = 255;

    private TransactionTags() {}

    /** The tags of a document whose other fields are filled. */
    static List<String> of(Transaction transaction, DnsTransaction document) {
        DnsPacket first = transaction.first();
        DnsPacket query = transaction.query();
        DnsPacket response = transaction.response();
        Question question = document.getDns().getQuestion();
        boolean minimised =
                query != null
                        && response != null
                        && QnameMinimisation.shows(query, response, document.getDns());
        return Tag.listOf(
                Tag.QNAME_MINIMISED.bitIf(minimised)
                        | Tag.PUBLIC_RESOLVER.bitIf(document.getClient().getResolver() != null)
                        | Tag.DNSSEC_AWARE.bitIf(query != null && isDnssecAware(query))
                        | Tag.ANY_OVER_UDP.bitIf(isAnyOverUdp(first))
                        | Tag.SPECIAL_USE.bitIf(
                                question != null && question.getSpecialUse() != null));
    }

    /** DO (RFC 3225), AD (RFC 6840 section 5.7) or CD (RFC 4035 section 3.2.2). */
    private static boolean isDnssecAware(DnsPacket query) {
        return query.getEdnsDo() || (query.getFlags() & (AD | CD)) != 0;
    }

    /** Whichever message is there: a reflected response is as telling as its query. */
    private static boolean isAnyOverUdp(DnsPacket first) {
        return first.getQuestionType() == TYPE_ANY
                && first.getOpcode() == QUERY
                && first.getTransport().equals("udp");
    }
}
