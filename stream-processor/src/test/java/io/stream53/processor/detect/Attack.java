package io.stream53.processor.detect;

import static io.stream53.processor.detect.SyntheticTraffic.SERVER;
import static io.stream53.processor.detect.SyntheticTraffic.VICTIM;
import static io.stream53.processor.detect.SyntheticTraffic.code;
import static io.stream53.processor.detect.SyntheticTraffic.named;
import static io.stream53.processor.detect.SyntheticTraffic.unanswered;

import java.util.List;
import java.util.function.Consumer;

/** Attacks of a minute, each with the alerts that it must give and no others. */
@SuppressWarnings("ImmutableEnumChecker") // what lambdas and List.of give does not change
enum Attack {
    RANDOM_SUBDOMAIN(
            traffic ->
                    traffic.each(
                            60,
                            Attack.FROM_S,
                            Attack.TO_S,
                            query -> {
                                named(query, traffic.letters(12), "zone7.example", "A");
                                code(query, "NXDOMAIN", 120);
                                traffic.clientOf(query, 300);
                            }),
            "random-subdomain registered_domain zone7.example"),
    RANDOM_SUBDOMAIN_AT_A_RESOLVER(
            traffic ->
                    traffic.each(
                            80,
                            Attack.FROM_S,
                            Attack.TO_S,
                            query -> {
                                named(query, traffic.letters(9) + ".www", "shop.example", "A");
                                code(query, "SERVFAIL", 60);
                                traffic.clientOf(query, 20);
                            }),
            "random-subdomain registered_domain shop.example"),
    NXDOMAIN_FLOOD(
            traffic ->
                    traffic.each(
                            400,
                            Attack.FROM_S,
                            Attack.TO_S,
                            query -> {
                                named(query, "", traffic.letters(12) + ".example", "A");
                                code(query, "NXDOMAIN", 120);
                                traffic.clientOf(query, 5000);
                            }),
            "nxdomain-flood server 192.0.2.53"),
    AMPLIFICATION(
            traffic ->
                    traffic.each(
                            200,
                            Attack.FROM_S,
                            Attack.TO_S,
                            query -> {
                                named(query, "", "zone8.example", "ANY");
                                code(query, "NOERROR", 3200);
                                traffic.clientOf(query, 40);
                            }),
            "amplification registered_domain zone8.example"),
    REFLECTION(
            traffic ->
                    traffic.each(
                            45,
                            Attack.FROM_S,
                            Attack.TO_S,
                            query -> {
                                named(query, "big", "zone1.example", "TXT");
                                code(query, "NOERROR", 2900);
                                SyntheticTraffic.client(query, VICTIM);
                            }),
            "reflection client 203.0.113.66"),
    TUNNELLING(
            traffic ->
                    traffic.each(
                            12,
                            Attack.FROM_S,
                            Attack.TO_S,
                            query -> {
                                String data = traffic.letters(50) + "." + traffic.letters(50);
                                named(query, data, "t.example", "TXT");
                                code(query, "NOERROR", 400);
                                SyntheticTraffic.client(query, "198.51.0.9");
                            }),
            "tunnelling registered_domain t.example"),
    SPOOFED_RESPONSES(
            traffic ->
                    traffic.each(
                            20,
                            Attack.FROM_S,
                            Attack.TO_S,
                            query -> {
                                named(query, traffic.letters(10), "bank.example", "A");
                                query.getDns().setStatus("MISMATCHED");
                                SyntheticTraffic.client(query, "198.51.0.9");
                            }),
            "spoofed-responses client 198.51.0.9"),
    SERVER_SILENT(
            traffic ->
                    traffic.change(
                            Attack.FROM_S,
                            Attack.TO_S,
                            query -> {
                                if (query.getServer().getIp().equals(SERVER)) {
                                    unanswered(query);
                                }
                            }),
            "server-silent server 192.0.2.53");

    static final long FROM_S = 120;
    static final long TO_S = 180;

    private final Consumer<SyntheticTraffic> how;
    private final List<String> alerts;

    Attack(Consumer<SyntheticTraffic> how, String... alerts) {
        this.how = how;
        this.alerts = List.of(alerts);
    }

    /** Normal traffic with the attack in it. */
    SyntheticTraffic in(SyntheticTraffic normal) {
        how.accept(normal);
        return normal;
    }

    /** Rule, kind and value of each. */
    List<String> alerts() {
        return alerts;
    }
}
