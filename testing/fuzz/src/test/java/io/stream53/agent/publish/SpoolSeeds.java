package io.stream53.agent.publish;

import io.stream53.fuzz.Parts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Folders of spools that a killed process left. */
public final class SpoolSeeds {
    private static final int RIGHT = SpoolFuzzer.RIGHT_HEADERS | SpoolFuzzer.RIGHT_RECORDS;
    private static final byte[] NOTHING = {};

    private SpoolSeeds() {}

    /** The seeds by name. */
    public static Map<String, byte[]> all() throws IOException {
        Map<String, byte[]> inputs = new LinkedHashMap<>();
        byte[] full = segment(1, 3, LogSegment.END);
        byte[] open = segment(2, 2, 0);
        byte[] acknowledged = acknowledged(1L << 32 | LogSegment.HEADER_BYTES);
        inputs.put("open", input(0, NOTHING, NOTHING, open));
        inputs.put("two", input(SpoolFuzzer.RUN_STATE, acknowledged, NOTHING, full, open));
        inputs.put("two-right", input(RIGHT | SpoolFuzzer.RUN_STATE, NOTHING, NOTHING, full, open));
        inputs.put("state-alone", input(SpoolFuzzer.RUN_STATE, NOTHING, NOTHING));
        inputs.put("free", input(0, acknowledged, NOTHING, new byte[256]));
        inputs.put("short", input(SpoolFuzzer.ANY_LENGTH, NOTHING, NOTHING, new byte[60]));
        byte[] torn = full.clone();
        torn[LogSegment.HEADER_BYTES + 50]++;
        inputs.put("torn", input(0, NOTHING, NOTHING, torn, open));
        // the next number of the first partition, the length of the names
        inputs.put(
                "state-number",
                input(
                        SpoolFuzzer.RUN_STATE,
                        NOTHING,
                        new byte[] {0x20, 0, 8, -1, -1, -1, -1, -1, -1, -1, 0x7f},
                        open));
        inputs.put(
                "state-names",
                input(SpoolFuzzer.RUN_STATE, NOTHING, new byte[] {0, 32, 2, 0x7f, 0x7f}));
        return inputs;
    }

    private static byte[] input(int switches, byte[]... parts) {
        return Parts.of(new byte[] {(byte) switches}, List.of(parts));
    }

    private static byte[] acknowledged(long position) {
        ByteBuffer bytes =
                ByteBuffer.allocate(16 * SpoolFuzzer.PARTITIONS).order(ByteOrder.nativeOrder());
        return bytes.putLong(position).putLong(~position).array();
    }

    /** A segment as the log writes it. */
    private static byte[] segment(long number, int records, int end) throws IOException {
        Path folder = Files.createTempDirectory("spool");
        Path file = folder.resolve("segment-000000.log");
        int bytes = 512;
        FileSegments store = new FileSegments(folder, bytes, 1, 1, 0);
        SpoolFiles.createWhole(file, bytes);
        LogSegment segment = new LogSegment(file, bytes, false);
        store.map(segment);
        RecordLog log = new RecordLog(new Single(segment), 7, true, number);
        for (int i = 0; i < records; i++) {
            byte[] value = new byte[20 + i];
            log.append(
                    i == 2 ? RecordLog.WATERMARK : RecordLog.MESSAGE,
                    SpoolFuzzer.RUN,
                    i / 2,
                    i % 2,
                    new byte[] {1, 2, 3},
                    3,
                    value,
                    0,
                    value.length);
        }
        if (end == LogSegment.END) {
            segment.seal();
        }
        store.unmap(segment);
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        Files.delete(folder);
        return Arrays.copyOf(content, bytes);
    }

    /** Gives one segment. */
    private record Single(LogSegment first) implements SegmentStore {
        @Override
        public LogSegment take() {
            return first;
        }

        @Override
        public int free() {
            return 4;
        }

        @Override
        public void release(LogSegment segment) {}

        @Override
        public void map(LogSegment segment) {}

        @Override
        public void unmap(LogSegment segment) {}

        @Override
        public long readyBytes() {
            return 0;
        }

        @Override
        public int segmentBytes() {
            return first.capacity;
        }

        @Override
        public void close() {}
    }
}
