package io.stream53.fuzz;

import static io.stream53.fixtures.DnsMessageBuilder.option;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;

import io.stream53.fixtures.DnsMessageBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Messages with everything that tells a client, for each method, version of IP and direction. */
final class PrivacySeeds {
    private static final byte[] SUBNET4 = {0, 1, 24, 0, (byte) 203, 0, 113};
    private static final byte[] SUBNET6 = {0, 2, 48, 0, 0x3f, (byte) 0xfe, 0x12, 0x34, 0x56, 0x78};
    private static final byte[] CLIENT4 = PrivacyFuzzer.CLIENT4.getAddress().getAddress();
    private static final byte[] CLIENT6 = PrivacyFuzzer.CLIENT6.getAddress().getAddress();
    private static final int RESPONSE = 16;
    private static final int IPV6 = 8;

    private PrivacySeeds() {}

    static Map<String, byte[]> all() {
        Map<String, byte[]> inputs = new LinkedHashMap<>();
        for (int method = 0; method < 6; method++) {
            inputs.put(
                    "subnet-" + method,
                    input(method, asked("www.Example.com").edns(1232, 0, 0, true, options())));
            inputs.put(
                    "echoed-" + method,
                    input(
                            method | RESPONSE,
                            response(2, "whoami.example", 1, 0)
                                    .answer("whoami.example", 1, 0, CLIENT4)
                                    .edns(1232, 0, 0, true, options())));
            inputs.put(
                    "echoed-ipv6-" + method,
                    input(
                            method | RESPONSE | IPV6,
                            response(2, "whoami.example", 28, 0)
                                    .answer("whoami.example", 28, 0, CLIENT6)));
        }
        inputs.put("reverse", input(1, asked("77.100.51.198.in-addr.arpa")));
        inputs.put(
                "reverse-ipv6",
                input(
                        2 | IPV6,
                        asked(
                                "7.7.0.0.d.c.b.a.0.0.0.0.0.0.0.0."
                                        + "d.0.0.f.e.f.a.c.8.b.d.0.1.0.0.2.ip6.arpa")));
        inputs.put("dashes", input(0, asked("198-51-100-77.dsl.example.net")));
        inputs.put("dnsbl", input(2, asked("77.100.51.198.dnsbl.example.org")));
        inputs.put("dashes-ipv6", input(IPV6, asked("2001-db8-cafe-f00d--abcd-77.example")));
        inputs.put(
                "text",
                input(
                        RESPONSE,
                        response(3, "whoami.example", 16, 0)
                                .answer(
                                        "whoami.example",
                                        16,
                                        0,
                                        DnsMessageBuilder.txt("you are 198.51.100.77"))));
        inputs.put(
                "update",
                input(0, asked("dyn.example").opcode(5).authority("x.example", 1, 60, CLIENT4)));
        inputs.put(
                "two-opt",
                input(
                        0,
                        asked("two.example")
                                .edns(1232, false)
                                .edns(1232, 0, 0, false, option(8, SUBNET4))));
        inputs.put(
                "subnet-and-answer",
                input(
                        2 | RESPONSE,
                        response(4, "a.example", 1, 0)
                                .answer("a.example", 1, 0, new byte[] {(byte) 203, 0, 113, 5})
                                .edns(1232, 0, 0, true, option(8, SUBNET4))));
        return inputs;
    }

    private static DnsMessageBuilder asked(String name) {
        return query(1, name, 1);
    }

    private static byte[][] options() {
        return new byte[][] {
            option(8, SUBNET4),
            option(10, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}),
            option(8, SUBNET6),
            option(65_001, CLIENT4),
            option(3, new byte[] {'n', 's'})
        };
    }

    private static byte[] input(int switches, DnsMessageBuilder message) {
        byte[] bytes = message.bytes();
        byte[] input = new byte[1 + bytes.length];
        input[0] = (byte) switches;
        System.arraycopy(bytes, 0, input, 1, bytes.length);
        return input;
    }
}
