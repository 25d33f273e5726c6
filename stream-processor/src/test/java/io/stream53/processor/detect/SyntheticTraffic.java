package io.stream53.processor.detect;

import io.stream53.schema.Dns;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Event;
import io.stream53.schema.Network;
import io.stream53.schema.Observer;
import io.stream53.schema.Question;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Seeded transactions: those of five minutes at two servers of one site, and attacks that are mixed
 * into them. Names repeat as people's do (few are asked for often), some do not exist, some answers
 * are large, some queries stay without one.
 */
final class SyntheticTraffic {
    static final long SECOND_US = 1_000_000;

    /** Not at the start of a slot. */
    static final long START_US = Instant.parse("2026-11-22T16:00:03.7Z").toEpochMilli() * 1000;

    static final long NORMAL_S = 300;
    static final String SERVER = "192.0.2.53";
    static final String OTHER_SERVER = "192.0.2.54";
    static final String VICTIM = "203.0.113.66";

    private static final int NORMAL_RATE = 150;
    private static final int DOMAINS = 60;
    private static final int CLIENTS = 400;
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

    private final Random random;
    private final List<DnsTransaction> transactions = new ArrayList<>();

    SyntheticTraffic(long seed) {
        random = new Random(seed);
    }

    /** Normal traffic for the whole time. */
    static SyntheticTraffic normal(long seed) {
        SyntheticTraffic traffic = new SyntheticTraffic(seed);
        traffic.each(NORMAL_RATE, 0, NORMAL_S, traffic::normal);
        return traffic;
    }

    /** All, in the order of their times. */
    List<DnsTransaction> transactions() {
        transactions.sort(Comparator.comparingLong(DnsTransaction::getTimestampUs));
        return transactions;
    }

    /** Calls so many times a second, between two times behind the start in seconds. */
    SyntheticTraffic each(int rate, long fromS, long toS, Consumer<DnsTransaction> with) {
        long count = rate * (toS - fromS);
        for (long i = 0; i < count; i++) {
            long us = START_US + fromS * SECOND_US + i * SECOND_US / rate;
            DnsTransaction transaction = answered(us);
            with.accept(transaction);
            transactions.add(transaction);
        }
        return this;
    }

    /** Changes what there is. */
    SyntheticTraffic change(long fromS, long toS, Consumer<DnsTransaction> how) {
        for (DnsTransaction transaction : transactions) {
            long us = transaction.getTimestampUs() - START_US;
            if (us >= fromS * SECOND_US && us < toS * SECOND_US) {
                how.accept(transaction);
            }
        }
        return this;
    }

    private void normal(DnsTransaction transaction) {
        int domain = skewed(DOMAINS);
        int kind = random.nextInt(1000);
        String zone = "zone" + domain + (domain % 3 == 0 ? ".co.uk" : ".example");
        named(transaction, "host" + skewed(5000), zone, "A");
        client(transaction, "198.51." + random.nextInt(2) + "." + (1 + skewed(CLIENTS) % 250));
        transaction.getServer().setIp(domain % 2 == 0 ? SERVER : OTHER_SERVER);
        if (kind < 90) {
            named(transaction, "typo" + Long.toString(random.nextLong(1L << 40), 36), zone, "A");
            code(transaction, "NXDOMAIN", 110);
        } else if (kind < 110) {
            unanswered(transaction);
        } else if (kind < 140) {
            named(transaction, "", zone, "DNSKEY");
            code(transaction, "NOERROR", 1400);
        } else if (kind < 150) {
            named(transaction, letters(45), zone, "A");
        } else if (kind == 150) {
            transaction.getDns().setStatus("MISMATCHED");
        } else if (kind < 155) {
            transaction.getDns().setStatus("UNSOLICITED");
        } else if (kind < 160) {
            code(transaction, "SERVFAIL", 60);
        }
    }

    private int skewed(int most) {
        return (int) (most * Math.pow(random.nextDouble(), 3));
    }

    String letters(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(BASE32.charAt(random.nextInt(BASE32.length())));
        }
        return text.toString();
    }

    /** A random client of so many. */
    void clientOf(DnsTransaction transaction, int many) {
        int client = random.nextInt(many);
        client(transaction, "100.64." + client / 256 + "." + client % 256);
    }

    static void client(DnsTransaction transaction, String ip) {
        transaction.getClient().setIp(ip);
    }

    static void named(DnsTransaction transaction, String subdomain, String domain, String type) {
        String name = subdomain.isEmpty() ? domain : subdomain + "." + domain;
        String suffix = domain.substring(domain.indexOf('.') + 1);
        transaction
                .getDns()
                .setQuestion(
                        new Question(
                                name,
                                false,
                                type,
                                "IN",
                                suffix,
                                domain,
                                subdomain.isEmpty() ? null : subdomain,
                                false,
                                null));
        transaction.getClient().setBytes(30L + name.length());
        transaction.getDns().setQuerySize(30 + name.length());
    }

    static void code(DnsTransaction transaction, String code, long bytes) {
        transaction.getDns().setResponseCode(code);
        transaction.getDns().setResponseSize(bytes);
        transaction.getServer().setBytes(bytes);
    }

    static void unanswered(DnsTransaction transaction) {
        transaction.getDns().setStatus("UNANSWERED");
        transaction.getDns().setUnansweredCause("timeout");
        transaction.getDns().setResponseCode(null);
        transaction.getDns().setResponseSize(null);
        transaction.getServer().setBytes(0L);
    }

    private static DnsTransaction answered(long us) {
        Instant time = Instant.ofEpochMilli(Math.floorDiv(us, 1000L));
        Dns dns = new Dns();
        dns.setStatus("ANSWERED");
        DnsTransaction transaction = new DnsTransaction();
        transaction.setId(String.format(Locale.ROOT, "%032x", us));
        transaction.setTimestamp(time);
        transaction.setTimestampUs(us);
        transaction.setEvent(new Event(time, null, null, "unknown"));
        transaction.setObserver(new Observer("ns1", null, null));
        transaction.setClient(new Endpoint("192.0.2.1", "plain", 53000, 40L, null, null, null));
        transaction.setServer(new Endpoint(SERVER, "plain", 53, 100L, null, null, null));
        transaction.setNetwork(new Network("udp", "dns", "ipv4", 0L, "inbound", null));
        transaction.setDns(dns);
        transaction.setSamplingRate(1);
        code(transaction, "NOERROR", 100);
        return transaction;
    }
}
