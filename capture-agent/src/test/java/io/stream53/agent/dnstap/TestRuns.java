package io.stream53.agent.dnstap;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.agent.publish.WatermarkSettings;
import java.util.Set;

/** Runs without filters. */
final class TestRuns {
    private TestRuns() {}

    static NodeRun start(String node, RecordOutput output) {
        return start(node, 1, output);
    }

    static NodeRun start(String node, long number, RecordOutput output) {
        CaptureCounters counters = new CaptureCounters();
        EncoderSettings settings =
                new EncoderSettings(node, "", number, 0, MessageCarry.ALL, Set.of());
        PacketPublisher publisher =
                new PacketPublisher(settings, WatermarkSettings.DEFAULT, counters, output, () -> 1);
        return new NodeRun(counters, publisher, publisher::add);
    }
}
