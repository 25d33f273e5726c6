package io.stream53.processor.count;

import io.stream53.schema.Dns;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Event;
import io.stream53.schema.Network;
import io.stream53.schema.Observer;
import io.stream53.schema.Question;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Documents with no more in them than is counted. */
final class Transactions {
    private Transactions() {}

    /** A query with a response of 100 bytes, which took a millisecond. */
    static DnsTransaction answered(String start, String name) {
        return answered(start, name, "NOERROR", 1_000_000L, "192.0.2.1");
    }

    static DnsTransaction answered(
            String start, String name, String code, long durationNs, String client) {
        DnsTransaction transaction = transaction(start, name, "ANSWERED", client);
        transaction.getDns().setResponseCode(code);
        transaction.getDns().setResponses(1);
        transaction.getDns().setQuerySize(40);
        transaction.getClient().setBytes(40);
        transaction.getServer().setBytes(100);
        transaction.getEvent().setDuration(durationNs);
        return transaction;
    }

    /** A query seen {@code 1 + retransmissions} times, without a response. */
    static DnsTransaction unanswered(String start, String name, int retransmissions) {
        DnsTransaction transaction = transaction(start, name, "UNANSWERED", "192.0.2.1");
        transaction.getDns().setQuerySize(40);
        transaction.getDns().setRetransmissions(retransmissions);
        transaction.getClient().setBytes(40L * (1 + retransmissions));
        return transaction;
    }

    /** A response alone. */
    static DnsTransaction unsolicited(String start, String name) {
        DnsTransaction transaction = transaction(start, name, "UNSOLICITED", "192.0.2.1");
        transaction.getDns().setResponseCode("SERVFAIL");
        transaction.getDns().setResponses(1);
        transaction.getServer().setBytes(100);
        return transaction;
    }

    /** Of a name that is null there is no question. */
    static DnsTransaction transaction(
            String start, @Nullable String name, String status, String client) {
        Instant time = Instant.parse(start);
        Dns dns = new Dns();
        dns.setStatus(status);
        dns.setHeaderFlags(List.of());
        if (name != null) {
            dns.setQuestion(new Question(name, false, "A", "IN", null, null, null, false, null));
        }
        DnsTransaction transaction = new DnsTransaction();
        transaction.setId("0");
        transaction.setTimestamp(time);
        transaction.setEvent(new Event(time, null, null, "unknown"));
        transaction.setObserver(new Observer("ns1", null, null));
        transaction.setClient(new Endpoint(client, "plain", 53000, 0L, null, null, null));
        transaction.setServer(new Endpoint("192.0.2.53", "plain", 53, 0L, null, null, null));
        transaction.setNetwork(new Network("udp", "dns", "ipv4", 0L, "unknown", null));
        transaction.setDns(dns);
        transaction.setSamplingRate(1);
        transaction.setTags(List.of());
        return transaction;
    }
}
