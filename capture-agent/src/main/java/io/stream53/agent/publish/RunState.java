package io.stream53.agent.publish;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a run is, in a mapped file, so that a later process can end the run when this one cannot:
 * who it is, its totals at the last watermark, and for each partition the next number and the
 * messages so far. The file is deleted when the run has ended.
 *
 * <p>Two slots take the totals in turn, each with a checksum, so that one is always whole.
 */
final class RunState implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunState.class);
    private static final int VERSION = 1;
    private static final int NAMES_AT = 32;
    private static final int NAMES_BYTES = 1024;
    private static final int TOTALS_AT = 2048;
    private static final int TOTALS_BYTES = 3072;
    private static final int PARTITIONS_AT = 8192;
    private static final int PARTITION_BYTES = 16;

    final long run;
    private final Path file;
    private final Arena arena;
    private final MemorySegment memory;
    private int turn;

    private RunState(Path file, long run, Arena arena, MemorySegment memory) {
        this.file = file;
        this.run = run;
        this.arena = arena;
        this.memory = memory;
    }

    static Path file(Path folder, long run) {
        return folder.resolve("run-%016x.state".formatted(run));
    }

    /** The state of a new run; in memory alone where the disk has no room for it. */
    @SuppressWarnings("MustBeClosed") // close() does
    static RunState create(Path folder, EncoderSettings settings, int partitions) {
        Path file = file(folder, settings.run());
        int bytes = PARTITIONS_AT + partitions * PARTITION_BYTES;
        Arena arena = Arena.ofShared();
        MemorySegment memory;
        try {
            SpoolFiles.createWhole(file, bytes);
            memory = SpoolFiles.map(file, arena);
        } catch (IOException e) {
            LOG.error(
                    "The spool has no room for a run's state, so a crash would not end it: {}",
                    e.getMessage());
            memory = arena.allocate(bytes, Long.BYTES);
        }
        RunState state = new RunState(file, settings.run(), arena, memory);
        state.text(NAMES_AT, NAMES_BYTES, settings.node() + '\n' + settings.site());
        memory.set(ValueLayout.JAVA_LONG, 8, settings.run());
        memory.set(ValueLayout.JAVA_INT, 16, partitions);
        memory.set(ValueLayout.JAVA_INT, 0, VERSION);
        return state;
    }

    /** One that a process left; null when the file says nothing. */
    @SuppressWarnings("MustBeClosed") // close() does
    static @Nullable RunState open(Path file, int partitions) throws IOException {
        if (Files.size(file) != PARTITIONS_AT + (long) partitions * PARTITION_BYTES) {
            return null;
        }
        long run = Long.parseUnsignedLong(file.getFileName().toString().substring(4, 20), 16);
        Arena arena = Arena.ofShared();
        RunState state = new RunState(file, run, arena, SpoolFiles.map(file, arena));
        if (state.memory.get(ValueLayout.JAVA_INT, 0) != VERSION
                || state.memory.get(ValueLayout.JAVA_LONG, 8) != run
                || state.text(NAMES_AT, NAMES_BYTES) == null) {
            state.close();
            return null;
        }
        return state;
    }

    /** Length, checksum, bytes. */
    private void text(int at, int most, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, most - 8);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at + 8, length);
        memory.set(ValueLayout.JAVA_INT, at, length);
        memory.set(ValueLayout.JAVA_INT, at + 4L, check(bytes, length));
    }

    private @Nullable String text(int at, int most) {
        int length = memory.get(ValueLayout.JAVA_INT, at);
        if (length <= 0 || length > most - 8) {
            return null;
        }
        byte[] bytes = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at + 8, bytes, 0, length);
        return memory.get(ValueLayout.JAVA_INT, at + 4L) == check(bytes, length)
                ? new String(bytes, StandardCharsets.UTF_8)
                : null;
    }

    private static int check(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static long at(int partition) {
        return PARTITIONS_AT + (long) partition * PARTITION_BYTES;
    }

    long next(int partition) {
        return memory.get(ValueLayout.JAVA_LONG, at(partition));
    }

    long messages(int partition) {
        return memory.get(ValueLayout.JAVA_LONG, at(partition) + Long.BYTES);
    }

    /** A record was numbered. */
    void taken(int partition, boolean message) {
        long at = at(partition);
        if (message) {
            memory.set(
                    ValueLayout.JAVA_LONG,
                    at + Long.BYTES,
                    memory.get(ValueLayout.JAVA_LONG, at + Long.BYTES) + 1);
        }
        memory.set(ValueLayout.JAVA_LONG, at, memory.get(ValueLayout.JAVA_LONG, at) + 1);
    }

    /** What was found in the log goes beyond what was noted: the crash came in between. */
    void found(int partition, long next, boolean message) {
        if (next(partition) == next - 1) {
            taken(partition, message);
        } else if (next(partition) < next) {
            memory.set(ValueLayout.JAVA_LONG, at(partition), next);
        }
    }

    String node() {
        return names()[0];
    }

    String site() {
        String[] names = names();
        return names.length < 2 ? "" : names[1];
    }

    private String[] names() {
        String names = text(NAMES_AT, NAMES_BYTES);
        return (names == null ? "" : names).split("\n", 2);
    }

    /** Notes the run's totals. */
    void totals(RunTotals totals) {
        StringBuilder text = new StringBuilder();
        text.append(totals.captured()).append(' ').append(totals.sent());
        text.append(' ').append(totals.samplingRate());
        totals.losses()
                .forEach((reason, n) -> text.append(' ').append(reason).append(' ').append(n));
        turn++;
        text(TOTALS_AT + turn % 2 * TOTALS_BYTES, TOTALS_BYTES, turn + " " + text);
    }

    /**
     * The totals that the run would have ended with, as far as they are known: messages numbered
     * since the last watermark count, drops since then do not.
     */
    RunTotals totals(int partitions) {
        long sent = 0;
        for (int i = 0; i < partitions; i++) {
            sent += messages(i);
        }
        String[] noted = latest();
        if (noted == null) {
            return new RunTotals(sent, sent, Map.of(), 1);
        }
        Map<String, Long> losses = new TreeMap<>();
        for (int i = 4; i + 1 < noted.length; i += 2) {
            losses.put(noted[i], Long.parseLong(noted[i + 1]));
        }
        long captured = Long.parseLong(noted[1]) + sent - Long.parseLong(noted[2]);
        return new RunTotals(captured, sent, losses, Integer.parseInt(noted[3]));
    }

    private String @Nullable [] latest() {
        String[] best = null;
        for (int slot = 0; slot < 2; slot++) {
            String text = text(TOTALS_AT + slot * TOTALS_BYTES, TOTALS_BYTES);
            String[] words = text == null ? null : text.split(" ", -1);
            if (words != null
                    && words.length >= 4
                    && (best == null || Integer.parseInt(words[0]) > Integer.parseInt(best[0]))) {
                best = words;
            }
        }
        return best;
    }

    void delete() {
        close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("The state of a run cannot be deleted: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
