package io.stream53.benchmarks;

import io.stream53.agent.AgentConfig;
import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.KafkaOutput;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.agent.source.CaptureFileSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Fills dns.raw with what an agent makes of a capture, read as often as it takes. */
final class RawTopic {
    private static final DecoderSettings DECODER = DecoderSettings.of(Set.of(53));
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private RawTopic() {}

    /**
     * Publishes at least so many records.
     *
     * @param answerDelayUs how much later responses are than in the capture
     */
    static void fill(String bootstrap, Path capture, long records, int clients, long answerDelayUs)
            throws IOException {
        AgentConfig config =
                AgentConfig.of(
                        Map.of(
                                "node",
                                "bench",
                                "bootstrap",
                                bootstrap,
                                "schema.id",
                                Integer.toString(RegistryStub.PACKET_ID)));
        try (KafkaOutput output =
                KafkaOutput.open(config.kafka(), config.spool(), true, PATIENCE)) {
            CaptureCounters counters = new CaptureCounters();
            PacketPublisher publisher =
                    new PacketPublisher(
                            new EncoderSettings(
                                    "bench",
                                    "",
                                    1,
                                    RegistryStub.PACKET_ID,
                                    MessageCarry.ALL,
                                    Set.of()),
                            WatermarkSettings.DEFAULT,
                            counters,
                            output,
                            () -> 1);
            FrameDecoder decoder = new FrameDecoder(DECODER, publisher, counters);
            Frames frames = new Frames(decoder, clients, answerDelayUs);
            long before = -1;
            while (publisher.ledger().published() < records
                    && publisher.ledger().published() > before) {
                before = publisher.ledger().published();
                frames.nextPass();
                try (CaptureFileSource source = CaptureFileSource.open(capture)) {
                    source.run(frames);
                }
                output.flush();
            }
            if (publisher.ledger().published() == 0) {
                throw new IOException(capture + " holds no DNS message");
            }
        }
    }
}
