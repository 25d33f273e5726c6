package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.agent.publish.MemoryOutput;
import io.stream53.agent.source.CaptureFileSource;
import io.stream53.fixtures.Requires;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every shared capture, as {@code inspect} reads it, held against tshark, message by message. Where
 * the two differ, docs/captures.md says so by file and frame, and why; the test fails for a
 * difference that is not in that table, and for a line of the table without one. The capture of the
 * lab is {@code OracleTest}'s, as tshark takes long for it.
 */
class SharedCapturesTest {
    private static final Pattern TABLE_LINE =
            Pattern.compile("\\| `([^`]+)` \\| ([0-9, ]+) \\| (tshark|stream53) \\| .+ \\|");

    /** What one message is compared by. */
    private record Seen(
            long timestampUs,
            String transport,
            InetAddress source,
            int sourcePort,
            InetAddress destination,
            int destinationPort,
            int id,
            boolean response,
            int opcode,
            int rcode,
            String name,
            int type,
            int answers) {}

    @Test
    void seesTheMessagesThatTsharkSeesButForTheTablesDifferences() throws Exception {
        Requires.tool("tshark");
        Requires.tool("python3");
        Path oracle = Requires.shared("tools/oracle");
        Path shared = Requires.shared("pcaps");

        assertThat(differences(oracle, shared)).isEqualTo(documented());
    }

    /** {@code <file> <frame> <who alone sees a message there>} of each. */
    private static Set<String> differences(Path oracle, Path shared) throws Exception {
        List<Path> captures;
        try (Stream<Path> files = Files.walk(shared)) {
            captures =
                    files.filter(file -> file.toString().matches(".*\\.pcap(ng)?"))
                            .sorted()
                            .toList();
        }
        assertThat(captures).hasSizeGreaterThan(90);
        TreeSet<String> differences = new TreeSet<>();
        // The oracle takes half a second for each.
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<List<String>>> results = new ArrayList<>();
            for (Path capture : captures) {
                String name = shared.relativize(capture).toString();
                results.add(threads.submit(() -> differences(oracle, capture, name)));
            }
            for (Future<List<String>> result : results) {
                differences.addAll(result.get());
            }
        }
        return differences;
    }

    private static List<String> differences(Path oracle, Path capture, String name)
            throws IOException {
        Map<Seen, List<Integer>> theirs = theirs(oracle, capture);
        List<String> differences = new ArrayList<>();
        for (Seen message : ours(capture)) {
            List<Integer> frames = theirs.getOrDefault(message, List.of());
            if (frames.isEmpty()) {
                int frame = frameAt(capture, message.timestampUs());
                differences.add(name + " " + frame + " stream53");
            } else {
                frames.removeFirst();
            }
        }
        theirs.values().stream()
                .flatMap(List::stream)
                .forEach(frame -> differences.add(name + " " + frame + " tshark"));
        return differences;
    }

    private static List<Seen> ours(Path capture) throws IOException {
        MemoryOutput output = new MemoryOutput(1);
        AgentConfig config = AgentConfig.of(Map.of("node", "ns1"));
        AgentLedger ledger = CaptureRun.files(List.of(capture), config, output);
        assertThat(ledger.captured()).isEqualTo(ledger.published() + ledger.droppedTotal());
        List<Seen> messages = new ArrayList<>();
        for (DnsPacket packet : output.messages()) {
            messages.add(seen(packet));
        }
        return messages;
    }

    private static Seen seen(DnsPacket packet) throws UnknownHostException {
        boolean response = packet.getFlags() >>> 15 == 1;
        InetAddress client = address(packet.getClientIp());
        InetAddress server = address(packet.getServerIp());
        return new Seen(
                packet.getTimestampUs(),
                packet.getTransport(),
                response ? server : client,
                response ? packet.getServerPort() : packet.getClientPort(),
                response ? client : server,
                response ? packet.getClientPort() : packet.getServerPort(),
                packet.getId(),
                response,
                packet.getOpcode(),
                response ? packet.getFlags() & 0xf : 0,
                packet.getQuestionName(),
                packet.getQuestionType(),
                packet.getAnswerCount());
    }

    private static InetAddress address(ByteBuffer bytes) throws UnknownHostException {
        byte[] address = new byte[bytes.remaining()];
        bytes.duplicate().get(address);
        return InetAddress.getByAddress(address);
    }

    /** The messages that tshark sees, with the frames they are in. */
    private static Map<Seen, List<Integer>> theirs(Path oracle, Path capture) throws IOException {
        Process process =
                new ProcessBuilder(oracle.toString(), "--messages", capture.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Map<Seen, List<Integer>> messages = new HashMap<>();
        ObjectMapper json = new ObjectMapper();
        try {
            byte[] output = process.getInputStream().readAllBytes();
            for (String line : new String(output, StandardCharsets.UTF_8).lines().toList()) {
                JsonNode message = json.readTree(line);
                messages.computeIfAbsent(seen(message), none -> new ArrayList<>())
                        .add(message.get("frame").asInt());
            }
        } finally {
            process.destroyForcibly();
        }
        return messages;
    }

    private static Seen seen(JsonNode message) {
        String name = message.path("qname").asText("");
        boolean response = message.get("response").asBoolean();
        return new Seen(
                microseconds(message.get("time").asText()),
                message.get("transport").asText().toLowerCase(Locale.ROOT),
                InetAddress.ofLiteral(message.get("src").asText()),
                message.get("srcPort").asInt(),
                InetAddress.ofLiteral(message.get("dst").asText()),
                message.get("dstPort").asInt(),
                message.get("id").asInt(),
                response,
                message.path("opcode").asInt(),
                response ? message.path("rcode").asInt(0) : 0,
                name.equals("<Root>") ? "." : name.toLowerCase(Locale.ROOT),
                message.path("qtype").asInt(0),
                message.path("answers").asInt());
    }

    private static long microseconds(String seconds) {
        return new BigDecimal(seconds)
                .movePointRight(6)
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
    }

    /** The first frame of a time. */
    private static int frameAt(Path capture, long timestampUs) throws IOException {
        int[] frames = {0, 0};
        try (CaptureFileSource source = CaptureFileSource.open(capture)) {
            source.run(
                    (buffer, offset, captured, wire, time, linkType) -> {
                        frames[0]++;
                        if (time == timestampUs && frames[1] == 0) {
                            frames[1] = frames[0];
                        }
                    });
        }
        return frames[1];
    }

    private static Set<String> documented() throws IOException {
        Set<String> lines = new TreeSet<>();
        for (String line : Files.readAllLines(Requires.repository().resolve("docs/captures.md"))) {
            Matcher matcher = TABLE_LINE.matcher(line);
            if (matcher.matches()) {
                for (String frame : matcher.group(2).split(",", -1)) {
                    lines.add(matcher.group(1) + " " + frame.strip() + " " + matcher.group(3));
                }
            }
        }
        return lines;
    }
}
