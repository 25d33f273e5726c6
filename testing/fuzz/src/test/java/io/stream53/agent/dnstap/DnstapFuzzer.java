package io.stream53.agent.dnstap;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.fuzz.Broken;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;

/** What a name server sends over a connection, behind a byte of switches. */
public final class DnstapFuzzer {
    private static final int MEMORY = 2 * FrameStreamReader.MAX_FRAME_BYTES;
    private static final int MAX_MESSAGE_BYTES = 65_535;
    private static final int MAX_NODE_BYTES = 255;
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private DnstapFuzzer() {}

    /** Reads the stream to its end; the ledger must add up, and nothing stay behind. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(data, 1, data.length);
        Counted output = new Counted();
        DnstapRuns runs =
                new DnstapRuns(
                        DnstapFuzzer::start, output, "ns1", (data[0] & 1) != 0, (data[0] & 2) != 0);
        FrameMemory memory = new FrameMemory(MEMORY);
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        DnstapListener.Peer peer =
                new DnstapListener.Peer(
                        "a peer", new ByteArrayInputStream(stream), answers, () -> {});
        new DnstapConnection(peer, runs, () -> NOW, memory, 0, DnstapFuzzer::check).run();
        runs.tick(System.nanoTime());
        runs.finish();
        AgentLedger ledger = runs.ledger();
        Broken.unless(
                ledger.captured() == output.messages + ledger.droppedTotal(),
                "captured "
                        + ledger.captured()
                        + ", but "
                        + output.messages
                        + " messages and "
                        + ledger);
        Broken.unless(memory.take(MEMORY), "memory that was not given back");
        Broken.unless(answers.size() <= 100, "more answers than there are questions");
    }

    private static NodeRun start(String node, RecordOutput output) {
        int bytes = node.getBytes(StandardCharsets.UTF_8).length;
        Broken.unless(bytes > 0 && bytes <= MAX_NODE_BYTES, "a name of " + bytes + " bytes");
        CaptureCounters counters = new CaptureCounters();
        EncoderSettings settings = new EncoderSettings(node, "", 1, 0, MessageCarry.ALL, Set.of());
        PacketPublisher publisher =
                new PacketPublisher(settings, WatermarkSettings.DEFAULT, counters, output, () -> 1);
        return new NodeRun(counters, publisher, publisher::add);
    }

    private static void check(String sentence) {
        Broken.unless(
                sentence.chars().noneMatch(Character::isISOControl),
                "a line with control characters");
    }

    /** Reads what is published. */
    private static final class Counted implements RecordOutput {
        private final SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
        private long messages;

        @Override
        public boolean offer(
                long run, int partition, byte[] key, int keyLength, byte[] value, int valueLength) {
            DnsPacket packet = reader.read(Arrays.copyOf(value, valueLength));
            if (packet.getKind().equals("message")) {
                messages++;
                int message = packet.getMessage().remaining();
                Broken.unless(message <= MAX_MESSAGE_BYTES, "a message of " + message + " bytes");
                int address = packet.getClientIp().remaining();
                Broken.unless(address == 4 || address == 16, "an address of " + address);
            }
            return true;
        }
    }
}
