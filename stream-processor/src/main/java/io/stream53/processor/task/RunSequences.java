package io.stream53.processor.task;

import io.stream53.processor.match.StateWriter;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

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
    private final Map<Long, Long> last = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<Long> changed = new HashSet<>();

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
        Long before = last.get(run);
        if (before != null && sequence <= before) {
            return REDELIVERED;
        }
        last.put(run, sequence);
        changed.add(run);
        forgetOldest();
        return before == null ? 0 : sequence - before - 1;
    }

    private void forgetOldest() {
        if (last.size() > maxRuns) {
            Long oldest = last.keySet().iterator().next();
            last.remove(oldest);
            changed.add(oldest);
        }
    }

    @Override
    public void restore(byte[] key, byte[] value) {
        last.put(ByteBuffer.wrap(key).getLong(), ByteBuffer.wrap(value).getLong());
    }

    @Override
    public void drain(StateWriter writer) {
        for (Long run : changed) {
            Long sequence = last.get(run);
            if (sequence == null) {
                writer.delete(bytes(run));
            } else {
                writer.put(bytes(run), bytes(sequence));
            }
        }
        changed.clear();
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }
}
