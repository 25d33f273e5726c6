package io.stream53.processor.count;

import io.stream53.schema.Dns;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Edns;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction adds to each of the tallies it belongs to, worked out once. One object serves
 * for all transactions of a task, one after the other.
 */
final class Sample {
    /** No duration, or no size. */
    static final long NONE = -1;

    private final ClientHashes hashes = new ClientHashes();

    /** What is added to each figure, by its place. */
    final long[] figures = new long[Figure.COUNT];

    /** Response time in nanoseconds, or {@link #NONE}. */
    long duration;

    /** Bytes of the response, or {@link #NONE}; of a transfer's messages there is none. */
    long responseSize;

    ClientHashes.Hashed client = new ClientHashes.Hashed("", 0, 0);

    /** The question's name when there is a query that has one. */
    @Nullable String name;

    /** The response says that the name does not exist. */
    boolean nxdomain;

    /** Takes in the next transaction. */
    Sample of(DnsTransaction transaction) {
        Dns dns = transaction.getDns();
        Arrays.fill(figures, 0);
        long queries = Tally.queriesOf(transaction);
        long responses = dns.getResponses();
        set(Figure.TRANSACTIONS, 1);
        set(Figure.QUERIES, queries);
        set(Figure.RESPONSES, responses);
        set(Figure.UNANSWERED, dns.getStatus().equals("UNANSWERED") ? 1 : 0);
        set(Figure.RETRANSMISSIONS, dns.getRetransmissions());
        set(Figure.BYTES_IN, transaction.getClient().getBytes());
        set(Figure.BYTES_OUT, transaction.getServer().getBytes());
        set(Figure.QUERIES_WEIGHTED, queries * transaction.getSamplingRate());
        set(Figure.RESPONSES_WEIGHTED, responses * transaction.getSamplingRate());
        set(Figure.IPV6, transaction.getNetwork().getType().equals("ipv6") ? 1 : 0);
        setFlags(dns);

        Long nanos = transaction.getEvent().getDuration();
        duration = nanos == null ? NONE : Math.max(0, nanos);
        Long size = dns.getResponseSize();
        responseSize = size == null || responses != 1 ? NONE : size;
        client = hashes.of(transaction.getClient().getIp());
        name = dns.getQuestion() == null ? null : dns.getQuestion().getName();
        String code = dns.getResponseCode();
        Figure answer = code == null ? null : Figure.ofResponseCode(code);
        nxdomain = answer == Figure.NXDOMAIN;
        if (answer != null) {
            set(answer, 1);
        }
        return this;
    }

    long get(Figure figure) {
        return figures[figure.place];
    }

    private void setFlags(Dns dns) {
        Edns edns = dns.getEdns();
        if (edns != null && edns.getQuery() != null) {
            set(Figure.EDNS, 1);
            set(Figure.DNSSEC_OK, edns.getQuery().getDo$() ? 1 : 0);
        }
        List<String> flags = dns.getHeaderFlags();
        for (int i = 0; i < flags.size(); i++) {
            switch (flags.get(i)) {
                case "AD" -> set(Figure.AUTHENTICATED, 1);
                case "TC" -> set(Figure.TRUNCATED, 1);
                default -> {}
            }
        }
    }

    private void set(Figure figure, long value) {
        figures[figure.place] = value;
    }
}
