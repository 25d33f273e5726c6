package io.stream53.agent.publish;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of records in a folder, which outlives the process: segments as mapped files, what Kafka
 * acknowledged, and how far each run is. What was appended survives the end of the process from the
 * moment it was copied; nothing is forced to the disk, so a power loss may take the last seconds.
 *
 * <p>When it is opened, what an earlier process left is put in front of all else: its records with
 * their own run and numbers, and then the final watermarks of the runs that it could not end.
 *
 * <p>The states of the runs are guarded by the log.
 */
final class Spool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final int LARGEST_SEGMENT = 4 << 20;
    private static final int SMALLEST_SEGMENT = 128 << 10;
    private static final int SEGMENTS = 16;

    private final SpoolFolder folder;
    private final int partitions;
    private final SpoolAcks acks;
    private final RecordLog log;
    private final Map<Long, RunState> runs = new HashMap<>();
    private @Nullable RunState latest;

    private Spool(SpoolFolder folder, int partitions, SpoolAcks acks, RecordLog log) {
        this.folder = folder;
        this.partitions = partitions;
        this.acks = acks;
        this.log = log;
    }

    /**
     * Opens what the folder holds.
     *
     * @param schemaId that records are written under from now on
     * @param maxBytes what the segments may take together
     */
    static Spool open(SpoolFolder folder, int partitions, int schemaId, long maxBytes)
            throws IOException {
        return open(folder, partitions, schemaId, maxBytes, true);
    }

    /**
     * {@link #open(SpoolFolder, int, int, long)}.
     *
     * @param keepsReady a thread keeps segments ready; without it each is made when it is needed
     */
    static Spool open(
            SpoolFolder folder, int partitions, int schemaId, long maxBytes, boolean keepsReady)
            throws IOException {
        SpoolAcks acks = new SpoolAcks(folder.file("acknowledged"), partitions);
        int segmentBytes =
                Math.clamp(maxBytes / SEGMENTS, SMALLEST_SEGMENT, LARGEST_SEGMENT) & ~4095;
        int most = (int) Math.max(4, Math.min(maxBytes / segmentBytes, Integer.MAX_VALUE));
        SpoolRecovery recovery = new SpoolRecovery(folder, partitions, acks);
        FileSegments files = recovery.scan(segmentBytes, most);
        long first = Math.max(recovery.lastNumber(), acks.lastSegment()) + 1;
        RecordLog log = new RecordLog(files, schemaId, true, first);
        recovery.adopt(log, files);
        Spool spool = new Spool(folder, partitions, acks, log);
        files.beyond(true);
        spool.endRuns(recovery, schemaId);
        files.beyond(false);
        recovery.report(log.waiting());
        if (keepsReady) {
            files.start();
        }
        return spool;
    }

    RecordLog log() {
        return log;
    }

    SpoolAcks acks() {
        return acks;
    }

    /** The final watermarks that earlier processes did not come to send. */
    private void endRuns(SpoolRecovery recovery, int schemaId) throws IOException {
        for (Path file : folder.runs()) {
            RunState state = RunState.open(file, partitions);
            if (state == null) {
                LOG.warn("The state of a run in {} is damaged: the run gets no end.", file);
                folder.delete(file);
            } else if (endRun(state, recovery, schemaId)) {
                state.delete();
            } else {
                LOG.warn("The spool has no room for the end of an earlier run; it waits.");
                state.close();
            }
        }
    }

    private boolean endRun(RunState state, SpoolRecovery recovery, int schemaId) {
        DnsPacketEncoder encoder = recovery.encoder(state, schemaId);
        RunTotals totals = recovery.totals(state);
        for (int partition = 0; partition < partitions; partition++) {
            long next = state.next(partition);
            if (next > 0) {
                encoder.encodeWatermark(
                        next, Long.MAX_VALUE, totals, state.messages(partition), true);
                if (!append(state, RecordLog.FINAL, partition, new byte[0], 0, encoder)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean append(
            RunState state,
            int kind,
            int partition,
            byte[] key,
            int keyLength,
            DnsPacketEncoder encoder) {
        return append(state, kind, partition, key, keyLength, encoder.buffer(), encoder.length());
    }

    /** A new run; its records may come now. */
    void begin(EncoderSettings settings) {
        RunState state = RunState.create(folder.path(), settings, partitions);
        synchronized (log) {
            runs.put(settings.run(), state);
            latest = state;
        }
    }

    /** Notes the totals of a run. */
    void totals(long run, RunTotals totals) {
        synchronized (log) {
            state(run).totals(totals);
        }
    }

    /** A run's last record is in the log; or, when it is not, the next process ends the run. */
    void end(long run, boolean complete) {
        synchronized (log) {
            RunState state = runs.remove(run);
            if (state == null) {
                return;
            }
            latest = null;
            if (complete) {
                state.delete();
            } else {
                state.close();
            }
        }
    }

    private RunState state(long run) {
        RunState state = latest;
        if (state == null || state.run != run) {
            state = runs.get(run);
            if (state == null) {
                throw new IllegalStateException("run %016x was not begun".formatted(run));
            }
            latest = state;
        }
        return state;
    }

    /** Appends a record, with Confluent's header in front of the value; false: no room. */
    boolean append(
            int kind,
            long run,
            int partition,
            byte[] key,
            int keyLength,
            byte[] value,
            int valueLength) {
        synchronized (log) {
            return append(state(run), kind, partition, key, keyLength, value, valueLength);
        }
    }

    private boolean append(
            RunState state,
            int kind,
            int partition,
            byte[] key,
            int keyLength,
            byte[] value,
            int valueLength) {
        int header = DnsPacketEncoder.HEADER_BYTES;
        boolean taken =
                log.append(
                        kind,
                        state.run,
                        state.next(partition),
                        partition,
                        key,
                        keyLength,
                        value,
                        header,
                        valueLength - header);
        if (taken) {
            state.taken(partition, kind == RecordLog.MESSAGE);
        }
        return taken;
    }

    /** Lets go of the folder; what is not acknowledged stays in it. */
    @Override
    public void close() {
        log.close();
        acks.close();
        synchronized (log) {
            runs.values().forEach(RunState::close);
            runs.clear();
            latest = null;
        }
        folder.close();
    }
}
