package io.stream53.processor.task;

import io.stream53.processor.match.StateWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The number of the last record of each agent run that a partition held. Agents number their
 * records for each run and partition from 0, so that a record sent twice and a record lost on the
 * way are both seen. The first record of a run that a task meets is its baseline: a task may begin
 * in the middle of one.
 */
final class RunSequences implements DrainedStore.Part {
    /** What {@link #accept} says of a record that was read before. */
    static final long REDELIVERED = -1;

    private final int maxRuns;
    private final Map<Long, Run> last = new LinkedHashMap<>(16, 0.75f, true);
    private final List<Run> changed = new ArrayList<>();

    /** Records of one run mostly come in a row. */
    private @Nullable Run current;

    private static final class Run {
        private final long id;
        private long sequence;
        private boolean changed;
        private boolean forgotten;

        Run(long id, long sequence) {
            this.id = id;
            this.sequence = sequence;
        }
    }

    /**
     * @param maxRuns runs remembered; beyond that the one not heard of for the longest is forgotten
     */
    RunSequences(int maxRuns) {
        this.maxRuns = maxRuns;
    }

    /**
     * Takes note of a record.
     *
     * @return how many records of this run are missing before it, or {@link #REDELIVERED}
     */
    long accept(long run, long sequence) {
        Run entry = current;
        if (entry == null || entry.id != run) {
            entry = last.get(run);
        }
        if (entry == null) {
            current = new Run(run, sequence);
            last.put(run, current);
            touch(current);
            forgetOldest();
            return 0;
        }
        current = entry;
        if (sequence <= entry.sequence) {
            return REDELIVERED;
        }
        long missing = sequence - entry.sequence - 1;
        entry.sequence = sequence;
        touch(entry);
        return missing;
    }

    private void touch(Run run) {
        if (!run.changed) {
            run.changed = true;
            changed.add(run);
        }
    }

    private void forgetOldest() {
        if (last.size() > maxRuns) {
            Run oldest = last.values().iterator().next();
            last.remove(oldest.id);
            oldest.forgotten = true;
            touch(oldest);
        }
    }

    @Override
    public void restore(byte[] key, byte[] value) {
        Run run = new Run(ByteBuffer.wrap(key).getLong(), ByteBuffer.wrap(value).getLong());
        last.put(run.id, run);
    }

    @Override
    public void drain(StateWriter writer) {
        for (Run run : changed) {
            if (run.forgotten) {
                writer.delete(bytes(run.id));
            } else {
                writer.put(bytes(run.id), bytes(run.sequence));
            }
            run.changed = false;
        }
        changed.clear();
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }
}
