package io.stream53.processor.task;

import io.stream53.schema.Dns;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.ResourceRecord;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes transactions no larger than {@link RecordLimit#BYTES}. The text of a response may be a
 * hundred times as long as its bytes (a type bitmap of RFC 4034 section 4.1.2 names up to 2,048
 * types in 272 bytes), so anyone who can ask a question could otherwise stop the processor with one
 * packet: a producer in a transaction cannot go on after a record that is too large.
 *
 * <p>What is too large loses the second half of its answers and authorities, again and again,
 * flagged as cut, and then its EDNS options. The transaction itself is left as it is.
 */
public final class FittingSerializer implements Serializer<DnsTransaction> {
    private final Serializer<DnsTransaction> inner;
    private final Runnable cut;

    /**
     * @param cut told of each transaction that was too large
     */
    public FittingSerializer(Serializer<DnsTransaction> inner, Runnable cut) {
        this.inner = inner;
        this.cut = cut;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        inner.configure(configs, isKey);
    }

    @Override
    public byte[] serialize(String topic, @Nullable DnsTransaction transaction) {
        return fit(transaction, smaller -> inner.serialize(topic, smaller));
    }

    @Override
    public byte[] serialize(String topic, Headers headers, @Nullable DnsTransaction transaction) {
        return fit(transaction, smaller -> inner.serialize(topic, headers, smaller));
    }

    @Override
    public void close() {
        inner.close();
    }

    private interface Encoder {
        byte[] encode(@Nullable DnsTransaction transaction);
    }

    private byte[] fit(@Nullable DnsTransaction transaction, Encoder encoder) {
        byte[] bytes = encoder.encode(transaction);
        if (transaction == null || bytes == null || bytes.length <= RecordLimit.BYTES) {
            return bytes;
        }
        cut.run();
        Dns dns = Dns.newBuilder(transaction.getDns()).build();
        DnsTransaction smaller = DnsTransaction.newBuilder(transaction).setDns(dns).build();
        while (bytes.length > RecordLimit.BYTES && cut(smaller.getDns())) {
            bytes = encoder.encode(smaller);
        }
        return bytes;
    }

    /** Takes something away; returns whether there was anything to take. */
    private static boolean cut(Dns dns) {
        List<ResourceRecord> answers = dns.getAnswers();
        List<ResourceRecord> authorities = dns.getAuthorities();
        if (!answers.isEmpty() || !authorities.isEmpty()) {
            dns.setAnswersCut(dns.getAnswersCut() || !answers.isEmpty());
            dns.setAuthoritiesCut(dns.getAuthoritiesCut() || !authorities.isEmpty());
            dns.setAnswers(List.copyOf(answers.subList(0, answers.size() / 2)));
            dns.setAuthorities(List.copyOf(authorities.subList(0, authorities.size() / 2)));
            return true;
        }
        boolean hadOptions = dns.getEdns() != null;
        dns.setEdns(null);
        return hadOptions;
    }
}
