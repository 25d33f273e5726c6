package io.stream53.standalone;

import io.stream53.agent.packet.IpNetwork;
import io.stream53.processor.enrich.Labels;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Question;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which transactions are wanted: those that every given condition holds of. An empty set, or an
 * empty optional, is no condition.
 *
 * @param nodes names of nodes
 * @param domains last labels, or public suffixes of several
 * @param slowerThan of those with a duration
 * @param statuses as {@code dns.status}
 * @param rcodes as {@code dns.response_code}
 * @param clients network of the client's address, as the transaction holds it
 * @param tags of which one is enough
 */
record TailFilter(
        Set<String> nodes,
        Set<String> domains,
        Optional<Duration> slowerThan,
        Set<String> statuses,
        Set<String> rcodes,
        Optional<IpNetwork> clients,
        Set<String> tags) {

    boolean matches(DnsTransaction transaction) {
        return isIn(nodes, transaction.getObserver().getName())
                && isIn(statuses, transaction.getDns().getStatus())
                && isIn(rcodes, transaction.getDns().getResponseCode())
                && (domains.isEmpty() || isUnder(transaction.getDns().getQuestion()))
                && slowerThan.map(least -> isSlower(transaction, least)).orElse(true)
                && clients.map(network -> isFrom(transaction, network)).orElse(true)
                && (tags.isEmpty() || transaction.getTags().stream().anyMatch(tags::contains));
    }

    private static boolean isIn(
            Set<String> wanted, @org.jspecify.annotations.Nullable String value) {
        return wanted.isEmpty() || value != null && wanted.contains(value);
    }

    private boolean isUnder(@org.jspecify.annotations.Nullable Question question) {
        if (question == null || question.getName().isEmpty()) {
            return false;
        }
        String name = question.getName();
        return domains.contains(name.equals(".") ? name : Labels.toALabel(Labels.last(name)))
                || isIn(domains, question.getTopLevelDomain());
    }

    private static boolean isSlower(DnsTransaction transaction, Duration least) {
        Long nanoseconds = transaction.getEvent().getDuration();
        return nanoseconds != null && nanoseconds > least.toNanos();
    }

    private static boolean isFrom(DnsTransaction transaction, IpNetwork network) {
        byte[] address = InetAddress.ofLiteral(transaction.getClient().getIp()).getAddress();
        return network.contains(address, 0, address.length);
    }

    /** A domain as people write it: {@code .COM} and {@code com.} are {@code com}. */
    static String domain(String text) {
        String domain = text.toLowerCase(Locale.ROOT);
        if (domain.equals(".")) {
            return domain;
        }
        int from = domain.startsWith(".") ? 1 : 0;
        int end = domain.length() - (domain.endsWith(".") ? 1 : 0);
        return domain.substring(from, Math.max(from, end));
    }
}
