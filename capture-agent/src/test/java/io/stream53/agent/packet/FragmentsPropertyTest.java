package io.stream53.agent.packet;

import static io.stream53.fixtures.Frames.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.ledger.AgentLedger;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random datagrams, cut at random into fragments that come at random among each other: what comes
 * out is what went in, and everything is counted once.
 */
class FragmentsPropertyTest {
    private static final int DATAGRAMS = 400;

    private final Map<String, String> wanted = new HashMap<>();
    private final List<String> seen = new ArrayList<>();
    private final CaptureCounters counters = new CaptureCounters();
    private final FrameDecoder decoder =
            new FrameDecoder(
                    DecoderSettings.of(Set.of(53)),
                    (packet, message) -> {
                        String key = packet.addressBytes() + " " + packet.clientPort();
                        assertThat(HexFormat.of().formatHex(message.copy()))
                                .isEqualTo(wanted.get(key));
                        seen.add(key);
                    },
                    counters);

    private record Part(byte[] frame, int datagram) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void comesOutAsItWentInWithDuplicatesInAnyOrder(long seed) {
        Random random = new Random(seed);
        List<Part> parts = parts(random);
        int sent = parts.size();
        List<Part> duplicates = new ArrayList<>();
        // not all fragments of any: that would be a second datagram
        Set<Integer> duplicated = new HashSet<>();
        for (Part part : parts) {
            if (random.nextInt(5) == 0 && duplicated.add(part.datagram)) {
                duplicates.add(part);
            }
        }
        parts.addAll(duplicates);
        Collections.shuffle(parts, random);
        send(parts, random);

        assertThat(new HashSet<>(seen)).isEqualTo(wanted.keySet());
        assertThat(seen).hasSize(DATAGRAMS);
        assertThat(counters.losses()).isEmpty();
        assertThat(counters.snapshot(0).ignored()).isEqualTo(duplicates.size());
        assertThat(sent).isGreaterThan(DATAGRAMS);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void neverComesOutWrongWhenSomeAreLost(long seed) {
        Random random = new Random(seed);
        List<Part> parts = parts(random);
        int[] left = new int[DATAGRAMS];
        Set<Integer> broken = new HashSet<>();
        List<Part> arriving = new ArrayList<>();
        for (Part part : parts) {
            if (random.nextInt(10) == 0) {
                broken.add(part.datagram);
            } else {
                arriving.add(part);
                left[part.datagram]++;
            }
        }
        Collections.shuffle(arriving, random);
        send(arriving, random);

        long orphans = broken.stream().mapToLong(datagram -> left[datagram]).sum();
        assertThat(seen).hasSize(DATAGRAMS - broken.size()).doesNotHaveDuplicates();
        AgentLedger ledger = counters.snapshot(seen.size());
        assertThat(ledger.dropped()).isEqualTo(Map.of("fragment", orphans));
        assertThat(ledger.ignored()).isZero();
    }

    private List<Part> parts(Random random) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < DATAGRAMS; i++) {
            boolean four = random.nextBoolean();
            InetSocketAddress client = socket(four ? "192.0.2.1" : "2001:db8::1", 1024 + i);
            InetSocketAddress server = socket(four ? "192.0.2.53" : "2001:db8::53", 53);
            byte[] message = new byte[12 + random.nextInt(2000)];
            random.nextBytes(message);
            ByteBuffer.wrap(message).putShort(2, (short) 0);
            wanted.put((four ? 4 : 16) + " " + client.getPort(), HexFormat.of().formatHex(message));
            byte[] packet = Frames.udp(client, server, message);
            int payload = 8 + message.length;
            int at = 0;
            while (at < payload) {
                int to = Math.min(payload, at + 8 * (1 + random.nextInt(100)));
                // the beginning alone must not be the whole
                to = at == 0 && to == payload ? 8 : to;
                parts.add(new Part(Frames.fragment(packet, i, at, to, to < payload), i));
                at = to;
            }
        }
        return parts;
    }

    private void send(List<Part> parts, Random random) {
        long now = 1_700_000_000_000_000L;
        for (Part part : parts) {
            now += random.nextInt(1000);
            byte[] frame = part.frame;
            decoder.frame(frame, 0, frame.length, frame.length, now, PcapWriter.RAW);
        }
        decoder.finish();
    }
}
