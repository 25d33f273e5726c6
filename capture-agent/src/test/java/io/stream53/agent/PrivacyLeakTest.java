package io.stream53.agent;

import static io.stream53.fixtures.DnsMessageBuilder.option;
import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.publish.RecordOutput;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is published is searched, byte by byte, for what must not be in it: the clients' addresses
 * in every form, their subnets, and the labels that are hashed.
 */
class PrivacyLeakTest {
    private static final long START = 1_700_000_000_000_000L;
    private static final InetSocketAddress SERVER4 = Frames.socket("192.0.2.53", 53);
    private static final InetSocketAddress SERVER6 = Frames.socket("2001:db8:53::53", 53);
    private static final InetSocketAddress CLIENT4 = Frames.socket("198.51.100.77", 40_001);
    private static final InetSocketAddress CLIENT6 =
            Frames.socket("2001:db8:cafe:f00d::abcd:77", 40_002);
    private static final byte[] SUBNET4 = {(byte) 203, 0, 113};
    private static final byte[] SUBNET6 = {0x3f, (byte) 0xfe, 0x12, 0x34, 0x56, 0x78};
    private static final String LABEL = "Annas-Secret-Laptop";

    /** Each way to change addresses. */
    enum Mode {
        TRUNCATED("truncated"),
        CRYPTOPAN("cryptopan"),
        IPCRYPT_PFX("ipcrypt_pfx");

        final String text;

        Mode(String text) {
            this.text = text;
        }
    }

    /** Keeps keys and values as they are. */
    private static final class RawOutput implements RecordOutput {
        final List<byte[]> keys = new ArrayList<>();
        final List<byte[]> values = new ArrayList<>();

        @Override
        public boolean offer(
                long run, int partition, byte[] key, int keyLength, byte[] value, int length) {
            if (keyLength > 0) {
                keys.add(Arrays.copyOf(key, keyLength));
            }
            values.add(Arrays.copyOf(value, length));
            return true;
        }

        List<DnsPacket> messages() {
            SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
            return values.stream()
                    .map(reader::read)
                    .filter(packet -> packet.getKind().equals("message"))
                    .toList();
        }
    }

    @TempDir Path folder;
    private final RawOutput output = new RawOutput();
    private final PcapWriter capture = new PcapWriter(PcapWriter.ETHERNET);
    private Path keyFile = Path.of("");
    private long timeUs = START;

    @BeforeEach
    void writeKey() throws IOException {
        keyFile = folder.resolve("key");
        Files.writeString(
                keyFile,
                "# a key\n00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210\n");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
    }

    private void send(InetSocketAddress from, InetSocketAddress to, byte[] message) {
        packet(Frames.udp(from, to, message));
    }

    private void packet(byte[] packet) {
        capture.frame(timeUs += 1000, Frames.ethernet(packet));
    }

    /** A query with everything that tells its client, and a response that repeats it. */
    private void exchange(InetSocketAddress client, InetSocketAddress server, int id, String name) {
        send(client, server, asked(id, name).bytes());
        send(server, client, answered(id, name).bytes());
    }

    private static DnsMessageBuilder asked(int id, String name) {
        return query(id, name, 1).edns(1232, 0, 0, true, options());
    }

    private static DnsMessageBuilder answered(int id, String name) {
        return response(id, name, 1, 0)
                .answer(name, 1, 60, DnsMessageBuilder.address("192.0.2.99"))
                .edns(1232, 0, 0, true, options());
    }

    private static byte[][] options() {
        byte[] subnet4 = {0, 1, 24, 24, SUBNET4[0], SUBNET4[1], SUBNET4[2]};
        byte[] subnet6 = {0, 2, 48, 0, 0, 0, 0, 0, 0, 0};
        System.arraycopy(SUBNET6, 0, subnet6, 4, 6);
        byte[] cookie = "COOKIE-OF-ANNA".getBytes(StandardCharsets.US_ASCII);
        byte[] mac = "MAC-OF-ANNA".getBytes(StandardCharsets.US_ASCII);
        return new byte[][] {
            option(8, subnet4),
            option(10, cookie),
            option(8, subnet6),
            option(65001, mac),
            option(3, "ns1-nsid".getBytes(StandardCharsets.US_ASCII))
        };
    }

    private void run(Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("node", "ns1");
        Path file = capture.writeTo(folder.resolve("capture.pcap"));
        CaptureRun run = new CaptureRun(AgentConfig.of(all), output);
        run.read(List.of(file.toString()));
        assertThat(run.ledger().dropped()).isEmpty();
        assertThat(output.messages()).hasSize((int) run.ledger().captured());
    }

    private Map<String, String> settings(Mode mode) {
        Map<String, String> settings = new HashMap<>();
        settings.put("privacy.address", mode.text);
        if (mode == Mode.TRUNCATED) {
            settings.put("privacy.ipv4.prefix", "16");
            settings.put("privacy.ipv6.prefix", "32");
        } else {
            settings.put("privacy.key.file", keyFile.toString());
        }
        return settings;
    }

    private void assertAbsent(String what, byte[] sought) {
        byte[] lower = fold(sought);
        for (List<byte[]> records : List.of(output.keys, output.values)) {
            for (byte[] record : records) {
                assertThat(indexOf(fold(record), lower)).as(what).isNegative();
            }
        }
    }

    private void assertAbsent(String text) {
        assertAbsent(text, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void assertAddressesAbsent() {
        for (InetSocketAddress client : List.of(CLIENT4, CLIENT6)) {
            InetAddress address = client.getAddress();
            assertAbsent(address + " as bytes", address.getAddress());
            assertAbsent(address.getHostAddress());
        }
        assertAbsent("2001:db8:cafe:f00d::abcd:77");
        assertAbsent("77.100.51.198");
        assertAbsent("198-51-100-77");
        assertAbsent("client subnet", SUBNET4);
        assertAbsent("client subnet of IPv6", SUBNET6);
        assertAbsent("COOKIE-OF-ANNA");
        assertAbsent("MAC-OF-ANNA");
    }

    private static byte[] fold(byte[] bytes) {
        byte[] folded = bytes.clone();
        for (int i = 0; i < folded.length; i++) {
            if (folded[i] >= 'A' && folded[i] <= 'Z') {
                folded[i] |= 0x20;
            }
        }
        return folded;
    }

    private static int indexOf(byte[] bytes, byte[] sought) {
        for (int at = 0; at + sought.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + sought.length, sought, 0, sought.length)) {
                return at;
            }
        }
        return -1;
    }

    /** Ordinary traffic, and each odd place where a client's address turns up. */
    private void everything() {
        exchange(CLIENT4, SERVER4, 1, "www.Example.com");
        exchange(CLIENT6, SERVER6, 2, LABEL + ".dept.example.co.uk");
        exchange(CLIENT4, SERVER4, 3, "77.100.51.198.in-addr.arpa");
        exchange(
                CLIENT6,
                SERVER6,
                4,
                "7.7.0.0.d.c.b.a.0.0.0.0.0.0.0.0.d.0.0.f.e.f.a.c.8.b.d.0.1.0.0.2.ip6.arpa");
        exchange(CLIENT4, SERVER4, 5, "198-51-100-77.dsl.example.net");
        exchange(CLIENT4, SERVER4, 6, "77.100.51.198.dnsbl.example.org");
        whoAmI();
        send(CLIENT4, SERVER4, query(8, "update.example", 6).opcode(5).bytes());
        send(
                CLIENT4,
                SERVER4,
                query(9, "dyn.example", 6)
                        .opcode(5)
                        .authority("x.dyn.example", 1, 60, CLIENT4.getAddress().getAddress())
                        .bytes());
        // a response sent to a server: its sender is a client's host
        send(CLIENT4, SERVER4, response(10, "spoof.example", 1, 0).bytes());
        byte[] stream =
                Frames.lengthPrefixed(asked(11, "a.test").bytes(), asked(12, "b.test").bytes());
        packet(Frames.tcp(CLIENT4, SERVER4, Frames.ACK | Frames.PSH, 1000, stream));
        twoOptRecords();
    }

    /** Answers that tell a client its own address and subnet. */
    private void whoAmI() {
        send(CLIENT4, SERVER4, asked(7, "whoami.example").bytes());
        for (byte[] text :
                List.of(
                        DnsMessageBuilder.txt("198.51.100.77"),
                        DnsMessageBuilder.txt("you are 77.100.51.198"))) {
            DnsMessageBuilder told = response(7, "whoami.example", 16, 0);
            send(SERVER4, CLIENT4, told.answer("whoami.example", 16, 0, text).bytes());
        }
        DnsMessageBuilder told = response(7, "whoami.example", 1, 0);
        byte[] address = CLIENT4.getAddress().getAddress();
        send(SERVER4, CLIENT4, told.answer("whoami.example", 1, 0, address).bytes());
        send(SERVER6, CLIENT6, cname("2001-db8-cafe-f00d--abcd-77.example"));
    }

    private static byte[] cname(String target) {
        return response(7, "whoami.example", 1, 0)
                .answer("whoami.example", 5, 0, DnsMessageBuilder.name(target))
                .bytes();
    }

    private void twoOptRecords() {
        byte[] subnet = {0, 1, 24, 0, SUBNET4[0], SUBNET4[1], SUBNET4[2]};
        send(
                CLIENT4,
                SERVER4,
                query(13, "two.example", 1)
                        .edns(1232, false)
                        .edns(1232, 0, 0, false, option(8, subnet))
                        .bytes());
        send(
                CLIENT4,
                SERVER4,
                query(14, "answer.example", 1).answer(".", 41, 0, option(8, subnet)).bytes());
        byte[] broken = option(8, subnet);
        broken[3] = 60;
        send(CLIENT4, SERVER4, query(15, "broken.example", 1).edns(1, 0, 0, false, broken).bytes());
        byte[] unknownFamily = {0, 9, 24, 0, SUBNET4[0], SUBNET4[1], SUBNET4[2]};
        send(
                CLIENT4,
                SERVER4,
                query(16, "family.example", 1)
                        .edns(1, 0, 0, false, option(8, unknownFamily))
                        .bytes());
        byte[] trailing = Arrays.copyOf(query(17, "trail.example", 1).bytes(), 60);
        System.arraycopy(CLIENT4.getAddress().getAddress(), 0, trailing, 50, 4);
        send(CLIENT4, SERVER4, trailing);
    }

    @ParameterizedTest
    @EnumSource
    void noAddressAndNoSubnetIsPublished(Mode mode) throws IOException {
        everything();
        run(settings(mode));
        assertAddressesAbsent();
        assertThat(output.messages())
                .filteredOn(packet -> packet.getClientIp().remaining() > 0)
                .extracting(DnsPacket::getClientIpForm)
                .containsOnly(mode == Mode.TRUNCATED ? "truncated" : "encrypted");
    }

    @ParameterizedTest
    @EnumSource
    void noLabelBelowTheRegisteredDomainIsPublished(Mode mode) throws IOException {
        everything();
        Map<String, String> settings = settings(mode);
        settings.put("privacy.hash.labels", "true");
        settings.put("privacy.key.file", keyFile.toString());
        run(settings);
        assertAddressesAbsent();
        assertAbsent(LABEL);
        assertAbsent("dept");
        assertThat(output.messages()).allMatch(DnsPacket::getLabelsHashed);
        assertThat(output.messages()).allMatch(packet -> packet.getMessage().remaining() == 0);
        assertThat(output.messages())
                .extracting(DnsPacket::getQuestionName)
                .anyMatch(name -> name.endsWith(".example.co.uk"));
    }

    @Test
    void anAddressInTheRegisteredDomainIsMasked() throws IOException {
        exchange(CLIENT4, SERVER4, 1, LABEL + ".198-51-100-77.com");
        Map<String, String> settings = settings(Mode.TRUNCATED);
        settings.put("privacy.hash.labels", "true");
        settings.put("privacy.key.file", keyFile.toString());
        run(settings);
        assertAbsent(LABEL);
        assertAbsent("198-51-100-77");
        assertThat(output.messages())
                .hasSize(2)
                .allMatch(packet -> packet.getQuestionName().endsWith(".com"));
    }

    @Test
    void hashingAloneKeepsAddresses() throws IOException {
        exchange(CLIENT4, SERVER4, 1, LABEL + ".example.com");
        run(Map.of("privacy.hash.labels", "true", "privacy.key.file", keyFile.toString()));
        assertAbsent(LABEL);
        assertThat(output.messages())
                .allMatch(packet -> packet.getClientIpForm().equals("plain"))
                .allMatch(packet -> packet.getClientIp().remaining() == 4);
    }

    @Test
    void withoutPrivacyTheSearchFindsThemAll() throws IOException {
        everything();
        run(Map.of());
        for (byte[] sought :
                List.of(
                        CLIENT4.getAddress().getAddress(),
                        SUBNET4,
                        SUBNET6,
                        fold(LABEL.getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(output.values).anyMatch(value -> indexOf(fold(value), fold(sought)) >= 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noneOfSeveralSubnetsIsPublishedElsewhereInTheMessage(Mode mode) throws IOException {
        byte[] answer = {SUBNET4[0], SUBNET4[1], SUBNET4[2], 9};
        send(
                SERVER4,
                CLIENT4,
                response(1, "a.example", 1, 0)
                        .answer("a.example", 1, 0, answer)
                        .edns(1232, 0, 0, true, options())
                        .bytes());
        run(settings(mode));
        assertAddressesAbsent();
    }

    @ParameterizedTest
    @EnumSource
    void bothDirectionsHaveOneKeyAndOneName(Mode mode) throws IOException {
        exchange(CLIENT4, SERVER4, 1, "www.example.com");
        exchange(CLIENT6, SERVER6, 2, "1.2.0.192.in-addr.arpa");
        Map<String, String> settings = settings(mode);
        for (String hashed : List.of("false", "true")) {
            settings.put("privacy.hash.labels", hashed);
            settings.put("privacy.key.file", keyFile.toString());
            output.keys.clear();
            output.values.clear();
            run(settings);
            for (int i = 0; i < 4; i += 2) {
                assertThat(output.keys.get(i + 1)).isEqualTo(output.keys.get(i));
                DnsPacket query = output.messages().get(i);
                DnsPacket response = output.messages().get(i + 1);
                assertThat(response.getClientIp()).isEqualTo(query.getClientIp());
                assertThat(response.getQuestionName()).isEqualTo(query.getQuestionName());
            }
            assertThat(output.keys.get(2)).isNotEqualTo(output.keys.get(0));
        }
    }

    @Test
    void aCleanedMessageKeepsItsLengthsAndWhatTellsNobody() throws IOException {
        exchange(CLIENT4, SERVER4, 1, "www.example.com");
        run(settings(Mode.TRUNCATED));
        DnsPacket query = output.messages().getFirst();
        byte[] message = query.getMessage().array();
        assertThat(message).hasSize(asked(1, "www.example.com").bytes().length);
        byte[] expected = option(8, new byte[] {0, 1, 16, 24, (byte) 203, 0, 0});
        assertThat(indexOf(message, expected)).isPositive();
        assertThat(indexOf(message, "ns1-nsid".getBytes(StandardCharsets.US_ASCII))).isPositive();
        assertThat(query.getDefect()).isEmpty();
        assertThat(query.getClientIp().array()).containsExactly(198, 51, 0, 0);
        assertThat(output.messages().getLast().getMessage().remaining()).isPositive();
    }

    @Test
    void theNodesOwnAddressStaysAndSoDoesTheDirection() throws IOException {
        exchange(CLIENT4, SERVER4, 1, "example.com");
        InetSocketAddress upstream = Frames.socket("203.0.200.1", 53);
        exchange(Frames.socket("192.0.2.53", 3333), upstream, 2, "example.com");
        Map<String, String> settings = settings(Mode.CRYPTOPAN);
        settings.put("address", "192.0.2.53");
        run(settings);
        assertThat(output.messages())
                .extracting(packet -> packet.getDirection() + " " + packet.getClientIpForm())
                .containsExactly(
                        "inbound encrypted",
                        "inbound encrypted",
                        "outbound plain",
                        "outbound plain");
        assertAbsent("client subnet", SUBNET4);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noMutationOfAMessageThrowsOrPublishesTheAddress(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 4000; i++) {
            byte[] message =
                    (random.nextBoolean() ? asked(i, "www.example.com") : answered(i, "a.b.test"))
                            .bytes();
            for (int change = random.nextInt(4); change >= 0; change--) {
                message[2 + random.nextInt(message.length - 2)] = (byte) random.nextInt();
            }
            System.arraycopy(
                    CLIENT4.getAddress().getAddress(),
                    0,
                    message,
                    message.length - 4 - random.nextInt(20),
                    random.nextInt(4) == 0 ? 4 : 0);
            int length =
                    random.nextInt(8) == 0
                            ? 12 + random.nextInt(message.length - 12)
                            : message.length;
            send(CLIENT4, SERVER4, Arrays.copyOf(message, length));
            send(SERVER4, CLIENT4, Arrays.copyOf(message, length));
        }
        Map<String, String> settings = settings(Mode.values()[(int) seed % 3]);
        settings.put("privacy.hash.labels", Boolean.toString(seed == 4));
        settings.put("privacy.key.file", keyFile.toString());
        run(settings);
        assertAbsent("the address", CLIENT4.getAddress().getAddress());
        assertThat(output.messages()).hasSize(8000);
        assertThat(
                        output.messages().stream()
                                .map(DnsPacket::getQuestionName)
                                .toList()
                                .toString()
                                .toLowerCase(Locale.ROOT))
                .doesNotContain("198.51.100.77");
    }
}
