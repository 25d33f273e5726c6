package io.stream53.processor.detect;

import io.stream53.schema.Dns;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Question;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction adds to the signs. Most add to totals only: a hash for the domain and one
 * for the client. Those that the agent's losses or its sampling may have maimed add nothing: {@code
 * capture_loss}, SAMPLED_OUT, and queries that were not given up for their time. LATE, UNSOLICITED
 * and ONE_WAY say nothing about how the server answers.
 */
final class Collector {
    /** Shorter first labels are those of address lists (DNSBL), which ask for numbers. */
    private static final int SHORTEST_RANDOM_LABEL = 4;

    private final AlertSettings settings;

    Collector(AlertSettings settings) {
        this.settings = settings;
    }

    void collect(DnsTransaction transaction, SlotSigns slot) {
        if (transaction.getCaptureLoss()) {
            return;
        }
        switch (transaction.getDns().getStatus()) {
            case "ANSWERED" -> answered(transaction, slot);
            case "UNANSWERED" -> unanswered(transaction, slot);
            case "MISMATCHED" -> mismatched(transaction, slot);
            case "UNSOLICITED" ->
                    slot.of(Watch.FORGED, transaction.getClient().getIp())
                            .add(Sign.UNSOLICITED, transaction.getSamplingRate());
            default -> {}
        }
    }

    private void answered(DnsTransaction transaction, SlotSigns slot) {
        Dns dns = transaction.getDns();
        int weight = transaction.getSamplingRate();
        String node = transaction.getObserver().getName();
        String client = transaction.getClient().getIp();
        Signs server = slot.ofServer(node, transaction.getServer().getIp());
        server.add(Sign.TOTAL, weight);
        Question question = dns.getQuestion();
        if (question == null) {
            return;
        }
        slot.total(domainOf(question), client, weight);
        String code = dns.getResponseCode();
        boolean nxdomain = "NXDOMAIN".equals(code);
        if (nxdomain || "SERVFAIL".equals(code)) {
            missing(transaction, question, nxdomain, server, slot);
        }
        longName(transaction, question, slot);
        largeResponse(transaction, question, slot);
    }

    private void missing(
            DnsTransaction transaction,
            Question question,
            boolean nxdomain,
            Signs server,
            SlotSigns slot) {
        int weight = transaction.getSamplingRate();
        String node = transaction.getObserver().getName();
        String client = transaction.getClient().getIp();
        String name = question.getName();
        long hash = Hash.of(name);
        if (nxdomain) {
            server.match(weight, node);
            server.add(Sign.NXDOMAIN, weight);
            server.name(hash, name);
            server.client(client);
        }
        String domain = question.getRegisteredDomain();
        if (domain != null && isRandom(question.getSubdomain()) && !isReverse(domain)) {
            Signs below = slot.of(Watch.MISSING_NAMES, domain);
            below.match(weight, node);
            below.add(nxdomain ? Sign.NXDOMAIN : Sign.SERVFAIL, weight);
            below.name(hash, name);
            below.client(client);
            below.server(transaction.getServer().getIp());
        }
    }

    private static boolean isRandom(@Nullable String subdomain) {
        if (subdomain == null) {
            return false;
        }
        int dot = subdomain.indexOf('.');
        return (dot < 0 ? subdomain.length() : dot) >= SHORTEST_RANDOM_LABEL;
    }

    /** Reverse names are long and many by nature. */
    private static boolean isReverse(String domain) {
        return domain.endsWith(".arpa");
    }

    private void longName(DnsTransaction transaction, Question question, SlotSigns slot) {
        String subdomain = question.getSubdomain();
        String domain = question.getRegisteredDomain();
        if (subdomain == null
                || subdomain.length() < settings.longName()
                || domain == null
                || question.getLabelsHashed()
                || isReverse(domain)) {
            return;
        }
        int weight = transaction.getSamplingRate();
        Signs signs = slot.of(Watch.LONG_NAMES, domain);
        signs.match(weight, transaction.getObserver().getName());
        signs.name(Hash.of(question.getName()), question.getName());
        signs.client(transaction.getClient().getIp());
        signs.server(transaction.getServer().getIp());
        signs.add(Sign.QUERY_BYTES, (long) weight * subdomain.length());
        signs.add(Sign.RESPONSE_BYTES, weight * transaction.getServer().getBytes());
        signs.letters(subdomain);
    }

    /** Over TCP nobody is asked in another one's name. */
    private void largeResponse(DnsTransaction transaction, Question question, SlotSigns slot) {
        long response = transaction.getServer().getBytes();
        if (response < settings.largeResponse()
                || response < settings.largeRatio() * transaction.getClient().getBytes()
                || !transaction.getNetwork().getTransport().equals("udp")) {
            return;
        }
        String client = transaction.getClient().getIp();
        large(transaction, question, slot.of(Watch.LARGE_RESPONSES, domainOf(question)));
        large(transaction, question, slot.of(Watch.LARGE_TO_CLIENT, client));
    }

    private static void large(DnsTransaction transaction, Question question, Signs signs) {
        int weight = transaction.getSamplingRate();
        signs.match(weight, transaction.getObserver().getName());
        signs.name(question.getName(), question.getType());
        signs.client(transaction.getClient().getIp());
        signs.server(transaction.getServer().getIp());
        signs.add(Sign.QUERY_BYTES, weight * transaction.getClient().getBytes());
        signs.add(Sign.RESPONSE_BYTES, weight * transaction.getServer().getBytes());
        signs.add(Sign.ANY, question.getType().equals("ANY") ? weight : 0);
    }

    private static void unanswered(DnsTransaction transaction, SlotSigns slot) {
        Dns dns = transaction.getDns();
        if (!"timeout".equals(dns.getUnansweredCause())) {
            return;
        }
        int weight = transaction.getSamplingRate();
        Signs server =
                slot.ofServer(transaction.getObserver().getName(), transaction.getServer().getIp());
        server.add(Sign.TOTAL, weight);
        server.add(Sign.UNANSWERED, weight);
        Question question = dns.getQuestion();
        if (question != null) {
            slot.total(domainOf(question), transaction.getClient().getIp(), weight);
        }
    }

    private static void mismatched(DnsTransaction transaction, SlotSigns slot) {
        Signs signs = slot.of(Watch.FORGED, transaction.getClient().getIp());
        signs.match(transaction.getSamplingRate(), transaction.getObserver().getName());
        signs.client(transaction.getClient().getIp());
        signs.server(transaction.getServer().getIp());
        Question question = transaction.getDns().getQuestion();
        if (question != null) {
            signs.name(Hash.of(question.getName()), question.getName());
        }
    }

    /** The registered domain, or the name where that is a public suffix. */
    private static String domainOf(Question question) {
        String domain = question.getRegisteredDomain();
        return domain == null ? question.getName() : domain;
    }
}
