package io.stream53.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.agent.source.CaptureFileSource;
import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.Requires;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The decoder held against tshark, message by message, on real traffic between Knot, NSD, Unbound
 * and their clients: its last 21,466 frames, which hold all its TCP (the oracle needs a millisecond
 * for a frame).
 */
class OracleTest {
    private static final String LAB = "lab/lab-100k.pcap.gz";
    private static final int FRAMES = 101_466;
    private static final int SKIPPED = 80_000;

    /** What one message is compared by. */
    record Seen(
            String transport,
            int id,
            boolean response,
            int opcode,
            int rcode,
            String name,
            int type,
            int answers) {}

    /** What the decoder made of a capture, by the number of the frame, from 1. */
    static final class Ours {
        final Map<Integer, List<Seen>> messages = new HashMap<>();
        final Map<Integer, DropReason> drops = new HashMap<>();
        final CaptureCounters counters = new CaptureCounters();
        private int frame;

        static Ours of(Path capture) throws IOException {
            Ours ours = new Ours();
            FrameDecoder decoder =
                    new FrameDecoder(DecoderSettings.of(Set.of(53)), ours.handler(), ours.counters);
            try (CaptureFileSource source = CaptureFileSource.open(capture)) {
                source.run(
                        (buffer, offset, captured, wire, timestampUs, linkType) -> {
                            ours.frame++;
                            Map<String, Long> before = ours.counters.losses();
                            decoder.frame(buffer, offset, captured, wire, timestampUs, linkType);
                            ours.noteDrops(before);
                        });
            }
            decoder.finish();
            return ours;
        }

        private void noteDrops(Map<String, Long> before) {
            Map<String, Long> after = counters.losses();
            if (!after.equals(before)) {
                for (DropReason reason : EnumSet.allOf(DropReason.class)) {
                    if (after.getOrDefault(reason.text(), 0L)
                            > before.getOrDefault(reason.text(), 0L)) {
                        drops.put(frame, reason);
                    }
                }
            }
        }

        private MessageHandler handler() {
            return (packet, message) ->
                    messages.computeIfAbsent(frame, number -> new ArrayList<>())
                            .add(
                                    new Seen(
                                            packet.transport().name(),
                                            message.id(),
                                            packet.isResponse(),
                                            message.opcode(),
                                            message.flags() & 0xf,
                                            message.questionName(),
                                            message.questionType(),
                                            message.answerCount()));
        }
    }

    @Test
    void seesTheMessagesThatTsharkSees(@TempDir Path folder) throws Exception {
        Requires.tool("tshark");
        Requires.tool("python3");
        Path oracle = Requires.shared("tools/oracle");
        Path capture = lastPart(Requires.shared(LAB), folder.resolve("part.pcap"));

        Map<Integer, List<Seen>> theirs = oracle(oracle, capture, folder.resolve("messages"));
        Ours ours = Ours.of(capture);

        assertThat(ours.messages).isEqualTo(theirs);
        AgentLedger ledger = ours.counters.snapshot(0);
        assertThat(ledger.dropped()).isEmpty();
        assertThat(ledger.frames()).isEqualTo(FRAMES - SKIPPED);
        assertThat(ours.counters.messages()).isEqualTo(ledger.captured() - ledger.droppedTotal());
    }

    /** Captures in which both see the same messages in the same frames. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dnscap/1qtcpnosyn.pcap",
                "dnscap/1qtcppadd.pcap",
                "dnscap/dnso1tcp.pcap",
                "dnscap/dnsotcp-many1pkt.pcap",
                "dnscap/dnsotcp-manyopkts.pcap",
                "go-dnscollector/dnsdump_tcp.pcap",
                "go-dnscollector/dnsdump_tcp_fastopen.pcap",
                "tcpdump/dns_tcp.pcap"
            })
    void seesTheMessagesThatTsharkSeesInTcp(String name, @TempDir Path folder) throws Exception {
        assertThat(Ours.of(Requires.shared(name)).messages)
                .isEqualTo(theirs(name, folder.resolve("messages")));
    }

    /**
     * Captures with holes, in which tshark loses more. After one that ends in the middle of a
     * message it takes the rest of that message for a length, and all that follows for its content.
     *
     * <ul>
     *   <li>dnso1tcp-bighole: the length in front of frame 20 is missing. From there tshark finds
     *       no query; we drop frame 20 alone and see the 35 queries from frame 25 on.
     *   <li>do1t-nosyn-1nolen: the same from frame 1 on; we see the query in frame 7.
     *   <li>dnso1tcp-midmiss: the same messages, one of them three frames later, when it was known
     *       that what is missing before it does not come.
     * </ul>
     */
    @ParameterizedTest
    @CsvSource({
        "dnscap/dnso1tcp-bighole.pcap, 35, 1",
        "dnscap/do1t-nosyn-1nolen.pcap, 1, 1",
        "dnscap/dnso1tcp-midmiss.pcap, 0, 0"
    })
    void seesMoreThanTsharkBehindHoles(String name, int more, long drops, @TempDir Path folder)
            throws Exception {
        Ours ours = Ours.of(Requires.shared(name));

        List<Seen> missing = all(theirs(name, folder.resolve("messages")));
        List<Seen> beyond = all(ours.messages);
        List<Seen> both = new ArrayList<>(missing);
        both.removeIf(seen -> !beyond.remove(seen));
        assertThat(both).hasSameSizeAs(missing);
        assertThat(beyond).hasSize(more);
        assertThat(ours.counters.snapshot(0).droppedTotal()).isEqualTo(drops);
    }

    private static List<Seen> all(Map<Integer, List<Seen>> messages) {
        return messages.values().stream()
                .flatMap(List::stream)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static Map<Integer, List<Seen>> theirs(String capture, Path output) throws Exception {
        Requires.tool("tshark");
        Requires.tool("python3");
        return oracle(Requires.shared("tools/oracle"), Requires.shared("pcaps/" + capture), output);
    }

    private static Path lastPart(Path capture, Path part) throws IOException {
        PcapWriter writer = new PcapWriter(PcapWriter.ETHERNET);
        int[] frames = {0};
        try (CaptureFileSource source = CaptureFileSource.open(capture)) {
            source.run(
                    (buffer, offset, captured, wire, timestampUs, linkType) -> {
                        assertThat(linkType).isEqualTo(PcapWriter.ETHERNET);
                        if (frames[0]++ >= SKIPPED) {
                            byte[] frame = Arrays.copyOfRange(buffer, offset, offset + captured);
                            writer.record(timestampUs * 1000, captured, wire, frame);
                        }
                    });
        }
        return writer.writeTo(part);
    }

    static Map<Integer, List<Seen>> oracle(Path oracle, Path capture, Path output)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(oracle.toString(), "--messages", capture.toString())
                        .redirectOutput(output.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
        Map<Integer, List<Seen>> messages = new HashMap<>();
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader lines = Files.newBufferedReader(output)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode message = json.readTree(line);
                messages.computeIfAbsent(message.get("frame").asInt(), n -> new ArrayList<>())
                        .add(seen(message));
            }
        }
        return messages;
    }

    private static Seen seen(JsonNode message) {
        String name = message.path("qname").asText("");
        return new Seen(
                message.get("transport").asText(),
                message.get("id").asInt(),
                message.get("response").asBoolean(),
                message.path("opcode").asInt(),
                message.path("rcode").asInt(0),
                name.equals("<Root>") ? "." : name.toLowerCase(Locale.ROOT),
                message.path("qtype").asInt(0),
                message.path("answers").asInt());
    }
}
