package io.stream53.processor.count;

import io.stream53.schema.AutonomousSystem;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Geo;
import io.stream53.schema.Question;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What transactions are counted by. Every transaction counts under one key of each dimension, so
 * that the sums over a dimension's keys are those of all transactions.
 */
public enum Dimension {
    /** Everything, under one key. */
    ALL("all", 512, true, true, transaction -> "all"),

    /** Last label of the question's name. */
    TLD("tld", 64, true, true, TldKey::of),

    /** The vantage point. */
    NODE("node", 256, false, true, transaction -> transaction.getObserver().getName()),

    /** Type of the question. */
    QTYPE("qtype", 0, false, true, Dimension::questionType),

    /** The response's code. */
    RCODE("rcode", 0, false, true, transaction -> transaction.getDns().getResponseCode()),

    /** udp, tcp or quic. */
    TRANSPORT("transport", 0, false, true, transaction -> transaction.getNetwork().getTransport()),

    /** The client's country, ISO 3166-1 alpha-2. */
    COUNTRY("country", 0, false, false, Dimension::country),

    /** Number of the client's autonomous system. */
    ASN("asn", 0, false, false, Dimension::asn),

    /** The question's registered domain: a public suffix and one label. */
    REGISTERED_DOMAIN("registered_domain", 0, false, false, Dimension::registeredDomain);

    /** What has no key: no response, no question, nowhere. */
    static final String UNKNOWN = "unknown";

    /** All keys of a window beyond the limit. */
    static final String OTHER = "other";

    private final String text;

    /** Items in each of the top lists; 0 for none. */
    final int topItems;

    /** Client networks are counted as DNS magnitude does. */
    final boolean countsPrefixes;

    /** There are quantiles of response sizes. */
    final boolean countsSizes;

    @SuppressWarnings("ImmutableEnumChecker") // The functions below hold nothing.
    private final Function<DnsTransaction, @Nullable Object> key;

    Dimension(
            String text,
            int topItems,
            boolean countsPrefixes,
            boolean countsSizes,
            Function<DnsTransaction, @Nullable Object> key) {
        this.text = text;
        this.topItems = topItems;
        this.countsPrefixes = countsPrefixes;
        this.countsSizes = countsSizes;
        this.key = key;
    }

    /** As in the records. */
    public String text() {
        return text;
    }

    /** The dimension of a record. */
    public static Optional<Dimension> ofText(String text) {
        return Arrays.stream(values()).filter(one -> one.text.equals(text)).findFirst();
    }

    /** The key that a transaction counts under; its text is the record's key. */
    Object keyOf(DnsTransaction transaction) {
        Object found = key.apply(transaction);
        return found == null ? UNKNOWN : found;
    }

    private static @Nullable Object questionType(DnsTransaction transaction) {
        Question question = transaction.getDns().getQuestion();
        return question == null ? null : question.getType();
    }

    private static @Nullable Object registeredDomain(DnsTransaction transaction) {
        Question question = transaction.getDns().getQuestion();
        return question == null ? null : question.getRegisteredDomain();
    }

    private static @Nullable Object country(DnsTransaction transaction) {
        Geo geo = transaction.getClient().getGeo();
        return geo == null ? null : geo.getCountryIsoCode();
    }

    private static @Nullable Object asn(DnsTransaction transaction) {
        AutonomousSystem network = transaction.getClient().getAs();
        return network == null ? null : network.getNumber();
    }
}
