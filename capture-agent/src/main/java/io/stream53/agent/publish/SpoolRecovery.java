package io.stream53.agent.publish;

import io.stream53.ledger.DropReason;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what an earlier process left in a spool's folder. A segment is read up to its first record
 * that is not whole; those behind it are read all the same. What is missing shows in the numbers:
 * those of a run's partition have no gaps.
 */
final class SpoolRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolRecovery.class);

    /** Number that comes next in a partition of a run, and how many were missing before it. */
    private static final class Numbers {
        long next = -1;
        long missing;
        boolean lastIsMessage;
    }

    private record RunPartition(long run, int partition) {}

    private final SpoolFolder folder;
    private final int partitions;
    private final SpoolAcks acks;
    private final List<LogSegment> segments = new ArrayList<>();
    private final Map<RunPartition, Numbers> numbers = new HashMap<>();
    private final List<Path> damaged = new ArrayList<>();
    private long lastNumber;

    SpoolRecovery(SpoolFolder folder, int partitions, SpoolAcks acks) {
        this.folder = folder;
        this.partitions = partitions;
        this.acks = acks;
    }

    long lastNumber() {
        return lastNumber;
    }

    /** Finds the segments, and the records in them. */
    FileSegments scan(int segmentBytes, int most) throws IOException {
        int nextFile = 0;
        for (Path file : folder.segments()) {
            String name = file.getFileName().toString();
            nextFile = Integer.parseInt(name.substring(8, name.length() - 4)) + 1;
            LogSegment segment = open(file);
            if (segment == null) {
                folder.delete(file);
            } else {
                segments.add(segment);
            }
        }
        segments.sort(Comparator.comparingLong(LogSegment::number));
        FileSegments files =
                new FileSegments(folder.path(), segmentBytes, most, segments.size(), nextFile);
        for (LogSegment segment : segments) {
            lastNumber = segment.number();
            files.map(segment);
            int at = SegmentScan.run(segment, partitions, this::record);
            boolean open = segment == segments.getLast() && at == 0;
            if (!open && at != LogSegment.END) {
                damaged.add(file(segment));
            }
            files.unmap(segment);
        }
        return files;
    }

    private static Path file(LogSegment segment) {
        Path file = segment.file;
        if (file == null) {
            throw new IllegalStateException("a recovered segment is a file");
        }
        return file;
    }

    /** The segment in a file; null when there is nothing in it. */
    private @Nullable LogSegment open(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes < 2 * LogSegment.HEADER_BYTES || bytes > 1 << 30 || bytes % Long.BYTES != 0) {
            return null; // its making was not finished
        }
        LogSegment segment = new LogSegment(file, (int) bytes, true);
        try (Arena arena = Arena.ofConfined()) {
            segment.memory = SpoolFiles.map(file, arena);
            boolean whole = segment.readHeader();
            if (!whole && !segment.isFree()) {
                damaged.add(file);
            }
            segment.memory = null;
            return whole ? segment : null;
        }
    }

    private void record(long position, long run, long sequence, int partition, int kind) {
        Numbers of = numbers(run, partition);
        if (of.next >= 0 && sequence > of.next) {
            of.missing += sequence - of.next;
        }
        if (sequence >= of.next) {
            of.next = sequence + 1;
            of.lastIsMessage = kind == RecordLog.MESSAGE;
        }
    }

    /** What comes before the first record found is missing, unless Kafka may have it. */
    private Numbers numbers(long run, int partition) {
        return numbers.computeIfAbsent(
                new RunPartition(run, partition),
                key -> {
                    Numbers none = new Numbers();
                    none.next = acks.isUntouched(partition) ? 0 : -1;
                    return none;
                });
    }

    /** Puts the segments into the log, without what Kafka has already acknowledged. */
    void adopt(RecordLog log, FileSegments files) {
        for (LogSegment segment : segments) {
            files.map(segment);
            SegmentScan.run(
                    segment,
                    partitions,
                    (position, run, sequence, partition, kind) -> {
                        if (acks.covers(partition, position)) {
                            segment.done.incrementAndGet();
                        }
                    });
            files.unmap(segment);
            log.adopt(segment);
        }
        log.release();
    }

    /** Writes the final watermarks of an earlier run. */
    DnsPacketEncoder encoder(RunState state, int schemaId) {
        for (int partition = 0; partition < partitions; partition++) {
            Numbers found = numbers(state.run, partition);
            if (found.next >= 0) {
                found.missing += Math.max(0, state.next(partition) - found.next);
                state.found(partition, found.next, found.lastIsMessage);
            }
        }
        return new DnsPacketEncoder(
                new EncoderSettings(
                        state.node(),
                        state.site(),
                        state.run,
                        schemaId,
                        MessageCarry.NONE,
                        Set.of()));
    }

    /** What an earlier run came to, with what is missing of it. */
    RunTotals totals(RunState state) {
        RunTotals totals = state.totals(partitions);
        long missing = 0;
        for (Map.Entry<RunPartition, Numbers> entry : numbers.entrySet()) {
            missing += entry.getKey().run() == state.run ? entry.getValue().missing : 0;
        }
        if (missing == 0) {
            return totals;
        }
        Map<String, Long> losses = new TreeMap<>(totals.losses());
        losses.merge(DropReason.SPOOL_DAMAGED.text(), missing, Long::sum);
        return new RunTotals(totals.captured(), totals.sent(), losses, totals.samplingRate());
    }

    /** Says what was found. */
    void report(long waiting) {
        long missing = numbers.values().stream().mapToLong(of -> of.missing).sum();
        if (missing > 0 || !damaged.isEmpty()) {
            LOG.error(
                    "The spool {} was damaged (a power loss?): {} records are missing, cut off in {}.",
                    folder.path(),
                    Math.max(missing, damaged.size()),
                    damaged);
        }
        if (waiting > 0) {
            LOG.warn(
                    "The spool {} holds {} records of an earlier start: they are sent first.",
                    folder.path(),
                    waiting);
        }
    }
}
