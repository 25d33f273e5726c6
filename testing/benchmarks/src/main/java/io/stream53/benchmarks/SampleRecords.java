package io.stream53.benchmarks;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What an agent makes of the first frames of the bundled capture. */
final class SampleRecords {
    /** A record of dns.raw; watermarks have an empty key. */
    record Raw(byte[] key, byte[] value, DnsPacket packet) {}

    private SampleRecords() {}

    static List<Raw> load() {
        SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
        List<Raw> records = new ArrayList<>();
        CaptureCounters counters = new CaptureCounters();
        PacketPublisher publisher =
                new PacketPublisher(
                        new EncoderSettings("bench", "", 1, 1, MessageCarry.ALL, Set.of()),
                        WatermarkSettings.DEFAULT,
                        counters,
                        (run, partition, key, keyLength, value, valueLength) -> {
                            byte[] bytes = Arrays.copyOf(value, valueLength);
                            records.add(
                                    new Raw(
                                            Arrays.copyOf(key, keyLength),
                                            bytes,
                                            reader.read(bytes)));
                            return true;
                        },
                        () -> 1);
        try {
            SampleFrames.load()
                    .run(new FrameDecoder(DecoderSettings.of(Set.of(53)), publisher, counters));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return records;
    }
}
