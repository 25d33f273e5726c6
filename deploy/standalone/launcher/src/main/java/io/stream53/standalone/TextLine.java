package io.stream53.standalone;

import io.stream53.schema.Dns;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Geo;
import io.stream53.schema.Question;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on one line for people: time, status, milliseconds, client and its country,
 * server, transport, response code, type, name, addresses.
 */
final class TextLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
    private static final double NS_PER_MS = 1e6;
    private static final int MOST_ADDRESSES = 3;

    private TextLine() {}

    static String of(DnsTransaction transaction) {
        Dns dns = transaction.getDns();
        return String.format(
                        Locale.ROOT,
                        "%s %-11s %8s  %-24s %-2s > %-18s %-4s %-9s %-6s %s%s",
                        TIME.format(transaction.getTimestamp()),
                        dns.getStatus(),
                        milliseconds(transaction.getEvent().getDuration()),
                        transaction.getClient().getIp(),
                        country(transaction.getClient()),
                        transaction.getServer().getIp(),
                        transaction.getNetwork().getTransport(),
                        orDash(dns.getResponseCode()),
                        type(dns.getQuestion()),
                        name(dns.getQuestion()),
                        addresses(dns.getResolvedIp()))
                .stripTrailing();
    }

    private static String milliseconds(@Nullable Long ns) {
        return ns == null ? "-" : String.format(Locale.ROOT, "%.2fms", ns / NS_PER_MS);
    }

    private static String country(Endpoint endpoint) {
        Geo geo = endpoint.getGeo();
        return geo == null ? "-" : orDash(geo.getCountryIsoCode());
    }

    private static String type(@Nullable Question question) {
        return question == null ? "-" : orDash(question.getType());
    }

    private static String name(@Nullable Question question) {
        return question == null ? "-" : orDash(question.getName());
    }

    private static String addresses(@Nullable List<String> addresses) {
        if (addresses == null || addresses.isEmpty()) {
            return "";
        }
        String shown = String.join(" ", addresses.stream().limit(MOST_ADDRESSES).toList());
        return " = " + shown + (addresses.size() > MOST_ADDRESSES ? " ..." : "");
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }
}
