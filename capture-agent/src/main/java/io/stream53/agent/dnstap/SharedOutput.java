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
 * that it got, not of which run's: so the runs are told nothing of it, and it is counted here.
 */
final class SharedOutput implements RecordOutput {
    private final RecordOutput output;
    private final Acknowledgements before;
    private final AtomicLong sent = new AtomicLong();

    SharedOutput(RecordOutput output) {
        this.output = output;
        this.before = output.acknowledgements(0);
    }

    @Override
    public synchronized boolean offer(
            long run, int partition, byte[] key, int keyLength, byte[] value, int valueLength) {
        boolean taken = output.offer(run, partition, key, keyLength, value, valueLength);
        if (taken && keyLength > 0) {
            sent.incrementAndGet();
        }
        return taken;
    }

    /** The runs' ledgers added up, with what became of their messages. */
    AgentLedger ledger(Supplier<AgentLedger> ofRuns) {
        // the later figure first, so that no more is published than was captured
        Acknowledgements now = output.acknowledgements(sent.get());
        AgentLedger runs = ofRuns.get();
        long failed = now.failed() - before.failed();
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

    @Override
    public synchronized void begin(EncoderSettings settings) {
        output.begin(settings);
    }

    @Override
    public synchronized void totals(long run, RunTotals totals) {
        output.totals(run, totals);
    }

    @Override
    public synchronized void ending(long run, boolean mayWait) {
        output.ending(run, mayWait);
    }

    @Override
    public synchronized void ended(long run, boolean complete) {
        output.ended(run, complete);
    }

    @Override
    public Acknowledgements acknowledgements(long sentByRun) {
        return new Acknowledgements(0, 0);
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
