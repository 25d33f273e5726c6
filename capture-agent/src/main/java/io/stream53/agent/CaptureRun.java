package io.stream53.agent;

import io.stream53.agent.dnstap.DnstapFile;
import io.stream53.agent.dnstap.DnstapRuns;
import io.stream53.agent.dnstap.DnstapServer;
import io.stream53.agent.dnstap.NodeRun;
import io.stream53.agent.load.SamplingGovernor;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.privacy.Privacy;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.agent.source.CaptureFileSource;
import io.stream53.agent.source.PacketSource;
import io.stream53.ledger.AgentLedger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages from sources to an output: source, {@link Pipeline}, output. Each file, each live
 * capture and each node that dnstap tells of is a run of its own, with its own identity, numbers
 * from 0 and final watermarks.
 *
 * <p>One thread reads files or captures; {@link #stop}, {@link #reload} and {@link #ledger} may be
 * called by any.
 */
public final class CaptureRun {
    private final RecordOutput output;
    private final InstantSource clock;
    private final SamplingGovernor sampling;

    /** Of the runs at work; weakly, since dnstap's end by themselves. */
    private final Set<Pipeline> pipelines = Collections.newSetFromMap(new WeakHashMap<>());

    private long finishedUnjudged;

    private AgentConfig config;
    private Privacy privacy;
    private AgentLedger finished = AgentLedger.EMPTY;
    private @Nullable Work working;
    private @Nullable LiveCapture live;
    private boolean stopped;

    /** What is being read now, how it is made to end, and what its runs have seen. */
    private record Work(Runnable stop, Supplier<AgentLedger> ledger) {}

    /**
     * Takes messages to an output; the files that privacy needs are read here.
     *
     * @throws ConfigurationException with one sentence when they cannot be read
     */
    public CaptureRun(AgentConfig config, RecordOutput output) {
        this(config, output, InstantSource.system());
    }

    CaptureRun(AgentConfig config, RecordOutput output, InstantSource clock) {
        this.config = config;
        this.output = output;
        this.clock = clock;
        this.sampling = new SamplingGovernor(config.load());
        this.privacy = privacy(config);
    }

    private static Privacy privacy(AgentConfig config) {
        try {
            return Privacy.open(config.privacy());
        } catch (IOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Reads capture files one after the other into an output, as {@code inspect} does.
     *
     * @param config for node, site, ports and the like; its own list of files is not looked at
     * @param output gets every record; one that keeps them in memory needs {@code offer} alone
     * @return what became of the packets
     * @throws io.stream53.agent.source.PcapFormatException for a file that is no capture
     * @throws IOException with one sentence for a file that cannot be read
     */
    public static AgentLedger files(List<Path> files, AgentConfig config, RecordOutput output)
            throws IOException {
        CaptureRun run = new CaptureRun(config, output);
        run.read(files.stream().map(Path::toString).toList());
        return run.ledger();
    }

    /**
     * Reads files, each a run; {@code -} is standard input. Returns at their end or when stopped.
     * Files of dnstap frames may be among them.
     */
    public void read(List<String> files) throws IOException {
        for (String file : files) {
            if (isStopped()) {
                return;
            }
            if (DnstapFile.isFrameStream(Path.of(file))) {
                readDnstap(file);
            } else {
                read(CaptureFileSource.open(file));
            }
        }
    }

    /** Reads a file to its end, or until stopped, and closes it. */
    void read(PacketSource file) throws IOException {
        try (file) {
            Pipeline pipeline = pipeline(config().node(), output);
            begin(new Work(file::stop, pipeline::ledger));
            FrameDecoder decoder = pipeline.decoder();
            try {
                file.run(decoder);
            } finally {
                decoder.finish();
                pipeline.counters().source(file.stats());
                end(pipeline);
            }
        }
    }

    /**
     * Captures until the sources end or are stopped; watermarks go on while no packet comes.
     *
     * @param from one, or several that share the packets of an interface, each for a thread
     */
    public void capture(List<? extends PacketSource> from) throws IOException {
        Pipeline pipeline = pipeline(config().node(), output);
        begin(new Work(() -> from.forEach(PacketSource::stop), pipeline::ledger));
        try {
            LiveCapture capture = new LiveCapture(from, pipeline, clock);
            live(capture);
            capture.run();
        } finally {
            live(null);
            end(pipeline);
            from.forEach(PacketSource::close);
        }
    }

    /** Takes dnstap from name servers until stopped. */
    public void dnstap(DnstapServer server) {
        DnstapRuns runs = dnstapRuns(true);
        begin(new Work(server::stop, runs::ledger));
        try {
            server.run(runs);
        } finally {
            end();
        }
    }

    /** Reads files of dnstap frames; each has a run for each node that it tells of. */
    public void readDnstap(List<String> files) throws IOException {
        for (String file : files) {
            if (!isStopped()) {
                readDnstap(file);
            }
        }
    }

    private void readDnstap(String file) throws IOException {
        try (DnstapFile opened = DnstapFile.open(file)) {
            DnstapRuns runs = dnstapRuns(false);
            begin(new Work(opened::stop, runs::ledger));
            try {
                opened.run(runs);
            } finally {
                runs.finish();
                end();
            }
        }
    }

    private DnstapRuns dnstapRuns(boolean fromSockets) {
        AgentConfig now = config();
        return new DnstapRuns(
                this::nodeRun,
                output,
                now.node(),
                now.input().dnstap().identityAsNode(),
                fromSockets);
    }

    private NodeRun nodeRun(String node, RecordOutput to) {
        Pipeline pipeline = pipeline(node, to);
        return new NodeRun(pipeline.counters(), pipeline.publisher(), pipeline.stages());
    }

    /** Makes {@link #read} or {@link #capture} end soon, with all that was read sent. */
    public synchronized void stop() {
        stopped = true;
        if (working != null) {
            working.stop().run();
        }
    }

    /**
     * From the next message on, what may change without a restart is as in this configuration.
     *
     * @throws ConfigurationException with one sentence when a file that it names cannot be read:
     *     then nothing has changed
     */
    public synchronized void reload(AgentConfig changed) {
        privacy = privacy(changed);
        config = changed;
        sampling.settings(changed.load());
        pipelines.forEach(pipeline -> pipeline.reload(changed, privacy));
    }

    /** The ledger of all runs so far. */
    @SuppressWarnings("ReferenceEquality") // the very same work, not an equal one
    public AgentLedger ledger() {
        while (true) {
            Work now = working();
            AgentLedger ofNow = now == null ? AgentLedger.EMPTY : now.ledger().get();
            synchronized (this) {
                // whatever ended meanwhile is among the finished; what began is not in ofNow
                if (working == now) {
                    return finished.plus(ofNow);
                }
            }
        }
    }

    /** Queries of all runs that a filter kept because it could not hold them. */
    synchronized long unjudgedQueries() {
        return finishedUnjudged
                + pipelines.stream()
                        .mapToLong(pipeline -> pipeline.counters().unjudgedQueries())
                        .sum();
    }

    private synchronized @Nullable Work working() {
        return working;
    }

    /** What is sampled at present. */
    public SamplingGovernor sampling() {
        return sampling;
    }

    /** The live capture at work; null while there is none. */
    synchronized @Nullable LiveCapture live() {
        return live;
    }

    /** Whether something is being read. */
    synchronized boolean isRunning() {
        return working != null;
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized AgentConfig config() {
        return config;
    }

    private synchronized void live(@Nullable LiveCapture capture) {
        live = capture;
    }

    /** The output, which may wait, is told of the run without our lock. */
    @SuppressWarnings("ReferenceEquality") // whether a reload came between
    private Pipeline pipeline(String node, RecordOutput to) {
        AgentConfig from;
        Privacy by;
        synchronized (this) {
            from = config;
            by = privacy;
        }
        Pipeline pipeline = new Pipeline(from, by, node, to, sampling);
        synchronized (this) {
            pipelines.add(pipeline);
            if (config != from) {
                pipeline.reload(config, privacy);
            }
        }
        return pipeline;
    }

    private synchronized void begin(Work work) {
        working = work;
        if (stopped) {
            work.stop().run();
        }
    }

    /** Also after an error: what was read is published, and expires. */
    private void end(Pipeline pipeline) {
        pipeline.finish();
        output.flush();
        end();
        synchronized (this) {
            if (pipelines.remove(pipeline)) {
                finishedUnjudged += pipeline.counters().unjudgedQueries();
            }
        }
    }

    private void end() {
        ended(ledger());
    }

    private synchronized void ended(AgentLedger all) {
        finished = all;
        working = null;
    }
}
