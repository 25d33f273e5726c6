package io.stream53.agent.dnstap;

import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.agent.publish.RunTotals;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * One output for several runs at a time, which take turns at it. An output tells what became of all
 * that it got, not of which run's. What was published is therefore counted here alone. What failed
 * is told to the run that asks next, so that some run's watermarks tell of each failure once: with
 * one name server, the usual case, it is the right one, and the sum over the runs always is right.
 */
final class SharedOutput {
    private final RecordOutput output;
    private final RecordOutput.Acknowledgements before;
    private final AtomicLong sent = new AtomicLong();

    /** Failures that a run was told of. */
    private final AtomicLong told = new AtomicLong();

    SharedOutput(RecordOutput output) {
        this.output = output;
        this.before = output.acknowledgements(0);
    }

    /** The output as one more run has it. */
    RecordOutput ofRun() {
        return new OfRun();
    }

    void flush() {
        output.flush();
    }

    private long failed() {
        return output.acknowledgements(sent.get()).failed() - before.failed();
    }

    /** The runs' ledgers added up, with what became of their messages. */
    AgentLedger ledger(Supplier<AgentLedger> ofRuns) {
        // the later figure first, so that no more is published than was captured
        RecordOutput.Acknowledgements now = output.acknowledgements(sent.get());
        AgentLedger runs = ofRuns.get();
        // those that no run was told of: their runs may have ended
        long failed = now.failed() - before.failed() - told.get();
        Map<String, Long> dropped = new TreeMap<>(runs.dropped());
        if (failed > 0) {
            dropped.merge(DropReason.PUBLISH_FAILED.text(), failed, Long::sum);
        }
        return new AgentLedger(
                runs.frames(),
                runs.ignored(),
                runs.captured(),
                now.published() - before.published(),
                dropped);
    }

    /** One run's; the lock is that of all. */
    private final class OfRun implements RecordOutput {
        private final AtomicLong failedOfRun = new AtomicLong();

        @Override
        public boolean offer(
                long run, int partition, byte[] key, int keyLength, byte[] value, int valueLength) {
            synchronized (SharedOutput.this) {
                boolean taken = output.offer(run, partition, key, keyLength, value, valueLength);
                if (taken && keyLength > 0) {
                    sent.incrementAndGet();
                }
                return taken;
            }
        }

        @Override
        public void begin(EncoderSettings settings) {
            synchronized (SharedOutput.this) {
                output.begin(settings);
            }
        }

        @Override
        public void totals(long run, RunTotals totals) {
            synchronized (SharedOutput.this) {
                output.totals(run, totals);
            }
        }

        @Override
        public void ending(long run, boolean mayWait) {
            synchronized (SharedOutput.this) {
                output.ending(run, mayWait);
            }
        }

        @Override
        public void ended(long run, boolean complete) {
            synchronized (SharedOutput.this) {
                output.ended(run, complete);
            }
        }

        /** Without the lock: whoever offers may wait for room with it. */
        @Override
        public Acknowledgements acknowledgements(long sentByRun) {
            if (sentByRun > 0) {
                long failed = failed();
                long before = told.getAndAccumulate(failed, Math::max);
                failedOfRun.addAndGet(Math.max(0, failed - before));
            }
            return new Acknowledgements(0, failedOfRun.get());
        }

        @Override
        public DropReason fullReason() {
            return output.fullReason();
        }

        @Override
        public int partitions() {
            return output.partitions();
        }

        @Override
        public int schemaId() {
            return output.schemaId();
        }

        @Override
        public int maxValueBytes() {
            return output.maxValueBytes();
        }

        @Override
        public void flush() {
            output.flush();
        }
    }
}
