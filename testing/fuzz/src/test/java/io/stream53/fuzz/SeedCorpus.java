package io.stream53.fuzz;

import io.stream53.agent.AgentConfig;
import io.stream53.agent.CaptureRun;
import io.stream53.agent.publish.SpoolSeeds;
import io.stream53.agent.source.CaptureFileSource;
import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Makes the first inputs of the corpus from the bundled capture and by hand. Run it by hand when a
 * target is new; it leaves what else is in the folders.
 */
final class SeedCorpus {
    private static final int SEEDS = 12;
    private static final int FRAMES_OF_ONE = 6;

    private SeedCorpus() {}

    public static void main(String[] arguments) throws IOException {
        Path sample = Requires.repository().resolve("deploy/standalone/sample/sample.pcap.gz");
        List<byte[]> frames = new ArrayList<>();
        List<byte[]> messages = new ArrayList<>();
        try (CaptureFileSource source = CaptureFileSource.open(sample)) {
            source.run(
                    (buffer, offset, captured, wire, time, linkType) -> {
                        byte[] frame = new byte[2 + captured];
                        System.arraycopy(buffer, offset, frame, 2, captured);
                        frames.add(frame);
                    });
        }
        List<byte[]> records = new ArrayList<>();
        CaptureRun.files(
                List.of(sample),
                AgentConfig.of(Map.of("node", "ns1")),
                (run, partition, key, keyLength, value, valueLength) -> {
                    records.add(Arrays.copyOf(key, keyLength));
                    records.add(Arrays.copyOfRange(value, 5, valueLength));
                    return true;
                });
        for (byte[] frame : frames) {
            // Ethernet, IPv4 and UDP without options
            if (frame.length > 54 && frame[14] == 8 && frame[16] == 0x45 && frame[25] == 17) {
                messages.add(Arrays.copyOfRange(frame, 44, frame.length));
            }
        }
        int step = messages.size() / SEEDS;
        for (int i = 0; i < SEEDS; i++) {
            write("MessageFuzzer", i, messages.get(i * step));
            int from = i * (frames.size() / SEEDS);
            write(
                    "FrameFuzzer",
                    i,
                    Parts.of(new byte[] {0, 3}, frames.subList(from, from + FRAMES_OF_ONE)));
            int record = 2 * (i * (records.size() / 2 / SEEDS));
            write(
                    "RecordFuzzer",
                    i,
                    Parts.of(new byte[0], records.subList(record, record + 2 * FRAMES_OF_ONE)));
        }
        FrameSeeds.all().forEach((name, input) -> write("FrameFuzzer", name, input));
        CaptureFileSeeds.all().forEach((name, input) -> write("CaptureFileFuzzer", name, input));
        PrivacySeeds.all().forEach((name, input) -> write("PrivacyFuzzer", name, input));
        SpoolSeeds.all().forEach((name, input) -> write("SpoolFuzzer", name, input));
        StateSeeds.of(records).forEach((name, input) -> write("StateFuzzer", name, input));
        DnstapSeeds.all().forEach((name, input) -> write("DnstapFuzzer", name, input));
    }

    private static void write(String target, int number, byte[] input) {
        write(target, "sample-%02d".formatted(number), input);
    }

    private static void write(String target, String name, byte[] input) {
        Path folder =
                Requires.repository().resolve("testing/fuzz/src/test/resources/corpus/" + target);
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve(name), input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
