package io.stream53.fuzz;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.privacy.Privacy;
import io.stream53.agent.privacy.PrivacySettings;
import io.stream53.agent.privacy.PrivacySettings.Addresses;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.dns.Defect;
import io.stream53.dns.DnsMessage;
import io.stream53.dns.EdnsOptions;
import io.stream53.fixtures.Frames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Messages of clients whose addresses nobody may learn: a byte of switches, and one message, which
 * is sent over UDP by a client or to it. What is published is searched for the client's address and
 * for subnets given with the message.
 */
public final class PrivacyFuzzer {
    static final InetSocketAddress CLIENT4 = Frames.socket("198.51.100.77", 40_001);
    static final InetSocketAddress CLIENT6 = Frames.socket("2001:db8:cafe:f00d::abcd:77", 40_002);
    static final byte[] SUBNET4 = {(byte) 203, 0, 113};
    static final byte[] SUBNET6 = {0x3f, (byte) 0xfe, 0x12, 0x34, 0x56, 0x78};

    private static final InetSocketAddress SERVER4 = Frames.socket("192.0.2.53", 53);
    private static final InetSocketAddress SERVER6 = Frames.socket("2001:db8:53::53", 53);
    private static final Set<Integer> PORTS = Set.of(53);
    private static final long TIME_US = 1_700_000_000_000_000L;
    private static final int MAX_BYTES = 60_000;
    private static final int CLIENT_SUBNET = 8;

    private static final List<byte[]> TEXTS4 =
            texts("198.51.100.77", "77.100.51.198", "198-51-100-77");
    private static final List<byte[]> TEXTS6 =
            texts(
                    "2001:db8:cafe:f00d::abcd:77",
                    "2001:db8:cafe:f00d:0:0:abcd:77",
                    "2001-db8-cafe-f00d--abcd-77");

    private static final Pipeline PLAIN = new Pipeline(Privacy.none(), MessageCarry.ALL);
    private static final List<Pipeline> PIPELINES = pipelines();

    private PrivacyFuzzer() {}

    /** Publishes the message with one method, and without any. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 1 + DnsMessage.HEADER_BYTES || data.length > MAX_BYTES) {
            return;
        }
        boolean four = (data[0] & 8) == 0;
        byte[] message = Arrays.copyOfRange(data, 1, data.length);
        InetSocketAddress client = four ? CLIENT4 : CLIENT6;
        InetSocketAddress server = four ? SERVER4 : SERVER6;
        byte[] packet =
                (data[0] & 16) == 0
                        ? Frames.udp(client, server, message)
                        : Frames.udp(server, client, message);
        byte[] address = client.getAddress().getAddress();
        List<byte[]> plain = PLAIN.records(packet);
        // What is not found here would prove nothing.
        Broken.unless(
                plain.isEmpty() || contains(plain, address, false),
                "the address is not in what is published as it is");
        List<byte[]> published = PIPELINES.get((data[0] & 7) % PIPELINES.size()).records(packet);
        Broken.unless(published.size() == plain.size(), "a message that was not published");
        Broken.unless(!contains(published, address, false), "the client's address is published");
        for (byte[] text : four ? TEXTS4 : TEXTS6) {
            Broken.unless(!contains(published, text, true), "the address is published as text");
        }
        for (byte[] subnet : subnets(message)) {
            Broken.unless(!contains(published, subnet, false), "a client's subnet is published");
        }
    }

    private static List<byte[]> texts(String... texts) {
        return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.US_ASCII)).toList();
    }

    private static List<Pipeline> pipelines() {
        List<Pipeline> pipelines = new ArrayList<>();
        try {
            Path key = Files.createTempFile("stream53", ".key");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            Files.writeString(
                    key, "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210");
            for (Addresses addresses :
                    List.of(Addresses.TRUNCATED, Addresses.CRYPTOPAN, Addresses.IPCRYPT_PFX)) {
                for (boolean hash : new boolean[] {false, true}) {
                    boolean keyed = hash || addresses != Addresses.TRUNCATED;
                    PrivacySettings settings =
                            new PrivacySettings(
                                    addresses, 16, 32, hash, keyed ? key : null, List.of());
                    pipelines.add(
                            new Pipeline(
                                    Privacy.open(settings),
                                    hash ? MessageCarry.NONE : MessageCarry.ALL));
                }
            }
            Files.delete(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pipelines;
    }

    /** Well-formed subnets that begin as no other bytes of a record do. */
    private static List<byte[]> subnets(byte[] bytes) {
        List<byte[]> subnets = new ArrayList<>();
        DnsMessage message = new DnsMessage();
        if (!message.parse(bytes) || message.defect() != Defect.NONE) {
            return subnets;
        }
        EdnsOptions options = new EdnsOptions().reset(message);
        while (options.next()) {
            int from = options.offset();
            int given = options.length() - 4;
            if (options.code() == CLIENT_SUBNET && given >= 3 && bytes[from] == 0) {
                int most = bytes[from + 1] == 1 ? 4 : bytes[from + 1] == 2 ? 16 : 0;
                int prefix = bytes[from + 2] & 0xff;
                int length = (prefix + 7) / 8;
                byte[] sought = bytes[from + 1] == 1 ? SUBNET4 : SUBNET6;
                boolean valid = given <= most && prefix % 8 == 0 && length <= given;
                byte[] subnet = Arrays.copyOfRange(bytes, from + 4, from + 4 + given);
                if (valid && length >= sought.length && startsWith(subnet, sought)) {
                    subnets.add(Arrays.copyOf(subnet, length));
                }
            }
        }
        return subnets;
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length
                && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    private static boolean contains(List<byte[]> records, byte[] sought, boolean anyCase) {
        for (byte[] record : records) {
            for (int at = 0; at + sought.length <= record.length; at++) {
                if (matches(record, at, sought, anyCase)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean matches(byte[] record, int at, byte[] sought, boolean anyCase) {
        for (int i = 0; i < sought.length; i++) {
            byte there = record[at + i];
            boolean upper = anyCase && there >= 'A' && there <= 'Z';
            if (there != sought[i] && !(upper && (there | 0x20) == sought[i])) {
                return false;
            }
        }
        return true;
    }

    /** From the frame to the record, with one way to change addresses. */
    private static final class Pipeline implements RecordOutput {
        private final FrameDecoder decoder;
        private final List<byte[]> records = new ArrayList<>();

        Pipeline(Privacy privacy, MessageCarry carry) {
            CaptureCounters counters = new CaptureCounters();
            PacketPublisher publisher =
                    new PacketPublisher(
                            new EncoderSettings("ns1", "", 1, 0, carry, Set.of()),
                            WatermarkSettings.DEFAULT,
                            counters,
                            this,
                            () -> 1);
            decoder =
                    new FrameDecoder(
                            DecoderSettings.of(PORTS),
                            privacy.before(publisher::add, Set.of(), PORTS),
                            counters);
        }

        /** Keys and values that a packet gives. */
        List<byte[]> records(byte[] packet) {
            records.clear();
            decoder.frame(packet, 0, packet.length, packet.length, TIME_US, 101);
            return List.copyOf(records);
        }

        @Override
        public boolean offer(
                long run, int partition, byte[] key, int keyLength, byte[] value, int length) {
            records.add(Arrays.copyOf(key, keyLength));
            records.add(Arrays.copyOf(value, length));
            return true;
        }
    }
}
