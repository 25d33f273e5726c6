package io.stream53.benchmarks;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.WatermarkSettings;
import java.io.IOException;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Nanoseconds that a frame of the bundled capture takes on its way to a record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
public class DecodeBenchmark {
    private static final DecoderSettings SETTINGS = DecoderSettings.of(Set.of(53));

    private SampleFrames frames = SampleFrames.NONE;

    /** Loads the bundled capture. */
    @Setup
    public void load() throws IOException {
        frames = SampleFrames.load();
    }

    /** From the link layer to a parsed DNS message. */
    @Benchmark
    @OperationsPerInvocation(SampleFrames.COUNT)
    public void decode(Blackhole hole) {
        frames.run(
                new FrameDecoder(
                        SETTINGS,
                        (packet, message) -> hole.consume(message.questionNameLength()),
                        new CaptureCounters()));
    }

    /** The same, and the key, the partition and the Avro bytes. */
    @Benchmark
    @OperationsPerInvocation(SampleFrames.COUNT)
    public void decodeAndEncode(Blackhole hole) {
        CaptureCounters counters = new CaptureCounters();
        EncoderSettings encoder =
                new EncoderSettings("bench", "", 1, 1, MessageCarry.ALL, Set.of());
        PacketPublisher publisher =
                new PacketPublisher(
                        encoder,
                        WatermarkSettings.DEFAULT,
                        counters,
                        (run, partition, key, keyLength, value, valueLength) -> {
                            hole.consume(value[valueLength - 1]);
                            return true;
                        },
                        () -> 1);
        frames.run(new FrameDecoder(SETTINGS, publisher, counters));
    }
}
