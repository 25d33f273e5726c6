package io.stream53.agent;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.agent.source.PacketSource;
import io.stream53.agent.source.PcapFileSource;
import io.stream53.ledger.AgentLedger;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes packets from sources to an output: source, decoder, publisher. Each file and each live
 * capture is a run of its own, with its own identity, numbers from 0 and final watermarks.
 *
 * <p>One thread reads files or captures; {@link #stop} and {@link #ledger} may be called by any.
 */
public final class CaptureRun {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Readers in JavaScript know whole numbers of 53 bits. */
    private static final long MAX_RUN = 1L << 53;

    private final AgentConfig config;
    private final RecordOutput output;
    private final InstantSource clock;

    private AgentLedger finished = AgentLedger.EMPTY;
    private @Nullable PacketPublisher running;
    private @Nullable PacketSource source;
    private boolean stopped;

    public CaptureRun(AgentConfig config, RecordOutput output) {
        this(config, output, InstantSource.system());
    }

    CaptureRun(AgentConfig config, RecordOutput output, InstantSource clock) {
        this.config = config;
        this.output = output;
        this.clock = clock;
    }

    /**
     * Reads capture files one after the other into an output, as {@code inspect} does.
     *
     * @param config for node, site, ports and the like; its own list of files is not looked at
     * @param output gets every record; one that keeps them in memory needs {@code send} alone
     * @return what became of the packets
     * @throws io.stream53.agent.source.PcapFormatException for a file that is no classic capture
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
     */
    public void read(List<String> files) throws IOException {
        for (String file : files) {
            if (isStopped()) {
                return;
            }
            try (PcapFileSource opened = PcapFileSource.open(file)) {
                run(opened, null);
            }
        }
    }

    /** Captures until the source ends or is stopped; watermarks go on while no packet comes. */
    public void capture(PacketSource live) throws IOException {
        try (live) {
            run(live, new LiveTicks(clock));
        }
    }

    /** Makes {@link #read} or {@link #capture} end soon, with all that was read sent. */
    public synchronized void stop() {
        stopped = true;
        if (source != null) {
            source.stop();
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** The ledger of all runs so far. */
    public synchronized AgentLedger ledger() {
        return running == null ? finished : finished.plus(running.ledger());
    }

    private void run(PacketSource from, @Nullable LiveTicks ticks) throws IOException {
        CaptureCounters counters = new CaptureCounters();
        EncoderSettings settings =
                new EncoderSettings(
                        config.node(),
                        config.site(),
                        RANDOM.nextLong(MAX_RUN),
                        output.schemaId(),
                        config.carry(),
                        config.addresses());
        PacketPublisher publisher =
                new PacketPublisher(settings, config.watermarks(), counters, output, () -> 1);
        FrameDecoder decoder = new FrameDecoder(config.decoder(), publisher, counters);
        begin(publisher, from);
        try {
            if (ticks == null) {
                from.run(decoder);
            } else {
                ticks.run(from, decoder, publisher, counters);
            }
        } finally {
            // Also after an error: what was read is published, and expires.
            counters.source(from.stats());
            publisher.finish();
            output.flush();
            end(publisher);
        }
    }

    private synchronized void begin(PacketPublisher publisher, PacketSource from) {
        running = publisher;
        source = from;
        if (stopped) {
            from.stop();
        }
    }

    private synchronized void end(PacketPublisher publisher) {
        finished = finished.plus(publisher.ledger());
        running = null;
        source = null;
    }
}
