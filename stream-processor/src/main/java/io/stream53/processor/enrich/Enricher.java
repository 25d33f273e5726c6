package io.stream53.processor.enrich;

import io.stream53.processor.match.Status;
import io.stream53.processor.match.Transaction;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Event;
import io.stream53.schema.Network;
import io.stream53.schema.Observer;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the document of a transaction. What the messages hold cannot make it fail: fields that
 * cannot be read stay empty, and the defects are fields of their own. Not safe for several threads:
 * one for each.
 */
public final class Enricher {
    /** Read once. */
    private static final class Bundled {
        static final Resolvers RESOLVERS = Resolvers.bundled();
    }

    private final GeoLookup geo;
    private final Resolvers resolvers;
    private final DnsContent content;

    /** With the bundled list of public resolvers. */
    public Enricher(GeoLookup geo, PublicSuffixes suffixes) {
        this(geo, suffixes, Bundled.RESOLVERS);
    }

    /** All three may be shared between enrichers and threads. */
    public Enricher(GeoLookup geo, PublicSuffixes suffixes, Resolvers resolvers) {
        this(geo, resolvers, new Questions(suffixes), new Responses.Cache());
    }

    private Enricher(
            GeoLookup geo, Resolvers resolvers, Questions questions, Responses.Cache responses) {
        this.geo = geo;
        this.resolvers = resolvers;
        this.content = new DnsContent(geo, questions, new Responses(responses));
    }

    /** Makes enrichers, each for one thread, that share what they have met. */
    public static Supplier<Enricher> sharing(
            GeoLookup geo, PublicSuffixes suffixes, Resolvers resolvers) {
        Questions questions = new Questions(suffixes);
        Responses.Cache responses = new Responses.Cache();
        return () -> new Enricher(geo, resolvers, questions, responses);
    }

    /**
     * The document. Its question, locations, networks and resource records are shared with other
     * documents, so nobody may change them. {@code capture_loss} is left false: it follows from
     * watermarks, not from the transaction.
     */
    public DnsTransaction enrich(Transaction transaction) {
        DnsPacket first = transaction.first();
        Instant start = millis(transaction.startUs());
        DnsTransaction document = new DnsTransaction();
        document.setId(transaction.id());
        document.setTimestamp(start);
        document.setTimestampUs(transaction.startUs());
        document.setEvent(event(transaction, start));
        Endpoint client = client(first, transaction.queryBytes());
        Endpoint server = server(first, transaction.responseBytes());
        document.setClient(client);
        document.setServer(server);
        document.setObserver(observer(first, client, server));
        document.setNetwork(network(transaction, client.getBytes() + server.getBytes()));
        document.setDns(content.of(transaction));
        document.setSamplingRate(first.getSamplingRate());
        document.setTags(TransactionTags.of(transaction, document));
        return document;
    }

    private static Event event(Transaction transaction, Instant start) {
        boolean responded = transaction.response() != null;
        return new Event(
                start,
                responded ? millis(transaction.endUs()) : null,
                transaction.durationNs(),
                outcome(transaction));
    }

    private static String outcome(Transaction transaction) {
        DnsPacket response = transaction.response();
        if (response != null) {
            return ResponseKind.isSuccess(response.getRcode()) ? "success" : "failure";
        }
        return transaction.status() == Status.UNANSWERED ? "failure" : "unknown";
    }

    private static Observer observer(DnsPacket first, Endpoint client, Endpoint server) {
        @Nullable String own =
                switch (first.getDirection()) {
                    case "inbound" -> server.getIp();
                    case "outbound" -> client.getIp();
                    default -> null;
                };
        String site = first.getSite();
        return new Observer(first.getNode(), site.isEmpty() ? null : site, own);
    }

    private Endpoint client(DnsPacket first, long bytes) {
        byte[] address = Bytes.peek(first.getClientIp());
        GeoLookup.Known known = geo.known(address);
        Place place = CarriedPlace.ofClient(first, known.place());
        return new Endpoint(
                known.text(),
                first.getClientIpForm(),
                first.getClientPort(),
                bytes,
                place.geo(),
                place.as(),
                CarriedPlace.resolverOf(first, resolvers, address));
    }

    private Endpoint server(DnsPacket first, long bytes) {
        byte[] address = Bytes.peek(first.getServerIp());
        GeoLookup.Known known = geo.known(address);
        Place place = known.place();
        return new Endpoint(
                known.text(),
                CarriedPlace.PLAIN,
                first.getServerPort(),
                bytes,
                place.geo(),
                place.as(),
                null);
    }

    private static Network network(Transaction transaction, long bytes) {
        DnsPacket first = transaction.first();
        return new Network(
                first.getTransport(),
                first.getProtocol(),
                first.getClientIp().remaining() == 4 ? "ipv4" : "ipv6",
                bytes,
                first.getDirection(),
                tcpRoundTripNs(transaction));
    }

    /** Of the connection: either message may carry it. */
    private static @Nullable Long tcpRoundTripNs(Transaction transaction) {
        long microseconds = transaction.first().getTcpRoundTripUs();
        DnsPacket response = transaction.response();
        if (microseconds < 0 && response != null) {
            microseconds = response.getTcpRoundTripUs();
        }
        return microseconds < 0 ? null : microseconds * 1000;
    }

    private static Instant millis(long microseconds) {
        return Instant.ofEpochMilli(Math.floorDiv(microseconds, 1000L));
    }
}
