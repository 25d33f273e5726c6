package io.stream53.processor.enrich;

import io.stream53.dns.Defect;
import io.stream53.dns.DnsMessage;
import io.stream53.dns.EdnsOptions;
import io.stream53.dns.Mnemonics;
import io.stream53.processor.match.Transaction;
import io.stream53.schema.Dns;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.Edns;
import io.stream53.schema.EdnsQuery;
import io.stream53.schema.EdnsResponse;
import io.stream53.schema.Geo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fills the field {@code dns} of a document. For one thread. */
final class DnsContent {
    private static final int FLAG_BITS = 0x07b0;
    private static final int DO = 0x0040 >>> 4;
    private static final List<List<String>> FLAGS = flagLists();

    private final GeoLookup geo;
    private final Questions questions;
    private final Responses responses;
    private final DnsMessage queryMessage = new DnsMessage();
    private final EdnsOptions options = new EdnsOptions();

    DnsContent(GeoLookup geo, Questions questions, Responses responses) {
        this.geo = geo;
        this.questions = questions;
        this.responses = responses;
    }

    Dns of(Transaction transaction) {
        DnsPacket first = transaction.first();
        Dns dns = new Dns();
        dns.setId(first.getId());
        dns.setOpCode(Mnemonics.opcode(first.getOpcode()));
        dns.setQuestion(first.getQuestionCount() == 0 ? null : questions.of(first));
        dns.setHeaderFlags(List.of());
        dns.setQueryFlags(List.of());
        dns.setAnswers(List.of());
        dns.setAuthorities(List.of());
        dns.setResolvedIp(List.of());
        dns.setStatus(transaction.status().name());
        dns.setUnansweredCause(transaction.cause() == null ? null : transaction.cause().text());
        dns.setUnansweredId(transaction.unansweredId());
        dns.setRetransmissions(transaction.retransmissions());
        dns.setResponses(transaction.responses());
        EdnsQuery ednsQuery = null;
        EdnsResponse ednsResponse = null;
        if (transaction.query() != null) {
            ednsQuery = addQuery(dns, transaction.query());
        }
        if (transaction.response() != null) {
            ednsResponse = addResponse(dns, transaction.response());
            dns.setResponseSize(transaction.responseBytes());
        }
        dns.setEdns(
                ednsQuery == null && ednsResponse == null
                        ? null
                        : new Edns(ednsQuery, ednsResponse));
        return dns;
    }

    private @Nullable EdnsQuery addQuery(Dns dns, DnsPacket query) {
        dns.setQueryFlags(flags(query));
        dns.setQuerySize(query.getSize());
        byte[] bytes = Bytes.peek(query.getMessage());
        boolean isShort = bytes.length < query.getSize();
        if (query.getEdnsVersion() < 0 && !isShort) {
            dns.setQueryDefect(defect(query, false));
            return null;
        }
        int size = Math.max(query.getSize(), bytes.length);
        boolean carried = queryMessage.parse(bytes, 0, bytes.length, size);
        dns.setQueryDefect(defect(query, carried && queryMessage.defect() == Defect.CUT));
        if (query.getEdnsVersion() < 0) {
            return null;
        }
        DnsMessage message = carried ? queryMessage : null;
        EdnsContent content = EdnsContent.of(message, options);
        ClientSubnet subnet = content.subnet();
        return new EdnsQuery(
                query.getEdnsVersion(),
                query.getEdnsUdpSize(),
                query.getEdnsDo(),
                subnet == null ? null : subnet.text(),
                subnet == null ? null : geoOf(subnet, query),
                content.cookie());
    }

    private @Nullable Geo geoOf(ClientSubnet subnet, DnsPacket query) {
        return CarriedPlace.isEncrypted(query) ? null : geo.find(subnet.address()).geo();
    }

    private @Nullable EdnsResponse addResponse(Dns dns, DnsPacket response) {
        Responses.Content read =
                responses.of(Bytes.peek(response.getMessage()), response.getSize());
        MessageContent content = read.records();
        dns.setResponseCode(Mnemonics.rcode(response.getRcode()));
        dns.setHeaderFlags(flags(response));
        dns.setAnswers(content.answers());
        dns.setAnswersCut(content.answersCut(response));
        dns.setAuthorities(content.authorities());
        dns.setAuthoritiesCut(content.authoritiesCut(response));
        dns.setAnswersCount(response.getAnswerCount());
        dns.setAuthoritiesCount(response.getAuthorityCount());
        dns.setAdditionalsCount(response.getAdditionalCount());
        dns.setResolvedIp(content.resolved());
        dns.setResponseKind(ResponseKind.of(response, content.answers(), content.authorities()));
        dns.setResponseDefect(defect(response, read.cut()));
        if (response.getEdnsVersion() < 0) {
            return null;
        }
        EdnsContent edns = read.edns();
        return new EdnsResponse(
                response.getEdnsVersion(),
                response.getEdnsUdpSize(),
                response.getEdnsDo(),
                edns.subnet() == null ? null : edns.subnet().text(),
                edns.cookie(),
                edns.nsid(),
                edns.extendedError());
    }

    /** RFC 1035 section 4.1.1, RFC 4035 section 3.1.6, RFC 3225. */
    private static List<String> flags(DnsPacket packet) {
        int word = packet.getFlags() & FLAG_BITS;
        return FLAGS.get(word >>> 4 | (packet.getEdnsDo() ? DO : 0));
    }

    /** By the flags word without its last four bits, in which the reserved bit stands for DO. */
    private static List<List<String>> flagLists() {
        List<List<String>> lists = new ArrayList<>();
        for (int index = 0; index <= (FLAG_BITS >>> 4 | DO); index++) {
            int word = index << 4;
            List<String> flags = new ArrayList<>(7);
            add(flags, word & 0x0400, "AA");
            add(flags, word & 0x0200, "TC");
            add(flags, word & 0x0100, "RD");
            add(flags, word & 0x0080, "RA");
            add(flags, word & 0x0020, "AD");
            add(flags, word & 0x0010, "CD");
            add(flags, index & DO, "DO");
            lists.add(List.copyOf(flags));
        }
        return List.copyOf(lists);
    }

    private static void add(List<String> flags, int bit, String name) {
        if (bit != 0) {
            flags.add(name);
        }
    }

    /**
     * {@code cut}, or {@code malformed:} and the section; null for a message read whole. Of a zone
     * transfer the agent reads more than it carries, so there the cut shows in the message alone.
     */
    private static @Nullable String defect(DnsPacket packet, boolean carriedCut) {
        return switch (packet.getDefect()) {
            case "" -> carriedCut ? "cut" : null;
            case "malformed" -> "malformed:" + packet.getDefectSection();
            default -> packet.getDefect();
        };
    }
}
