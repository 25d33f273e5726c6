package io.stream53.agent;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.publish.EncoderSettings;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.RecordOutput;
import io.stream53.agent.source.PacketSource;
import io.stream53.agent.source.PcapFileSource;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes packets from sources to an output: source, decoder, publisher. Each file and each live
 * capture is a run of its own, with its own identity, numbers from 0 and final watermarks.
 *
 * <p>One thread reads files or captures; {@link #stop} and {@link #ledger} may be called by any.
 */
public final class CaptureRun {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AgentConfig config;
    private final RecordOutput output;
    private final Consumer<String> warnings;
    private final InstantSource clock;

    private AgentLedger finished = AgentLedger.EMPTY;
    private @Nullable PacketPublisher running;
    private @Nullable PacketSource source;
    private boolean stopped;

    /**
     * @param warnings takes sentences about input that was not read whole
     */
    public CaptureRun(AgentConfig config, RecordOutput output, Consumer<String> warnings) {
        this(config, output, warnings, InstantSource.system());
    }

    CaptureRun(
            AgentConfig config,
            RecordOutput output,
            Consumer<String> warnings,
            InstantSource clock) {
        this.config = config;
        this.output = output;
        this.warnings = warnings;
        this.clock = clock;
    }

    /**
     * Reads capture files one after the other into an output, as {@code inspect} does.
     *
     * @param config for node, site, ports and the like; its own list of files is not looked at
     * @param output gets every record; one that keeps them in memory needs {@code send} alone
     * @param warnings takes sentences about input that was not read whole
     * @return what became of the packets
     * @throws io.stream53.agent.source.PcapFormatException for a file that is no classic capture
     * @throws IOException with one sentence for a file that cannot be read
     */
    public static AgentLedger files(
            List<Path> files, AgentConfig config, RecordOutput output, Consumer<String> warnings)
            throws IOException {
        CaptureRun run = new CaptureRun(config, output, warnings);
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
                run(file, opened, null);
            }
        }
    }

    /** Captures until the source ends or is stopped; watermarks go on while no packet comes. */
    public void capture(String name, PacketSource live) throws IOException {
        try (live) {
            run(name, live, new LiveTicks(clock));
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

    private void run(String name, PacketSource from, @Nullable LiveTicks ticks) throws IOException {
        CaptureCounters counters = new CaptureCounters();
        EncoderSettings settings =
                new EncoderSettings(
                        config.node(),
                        config.site(),
                        RANDOM.nextLong(),
                        output.schemaId(),
                        config.carry(),
                        1,
                        config.addresses());
        PacketPublisher publisher =
                new PacketPublisher(settings, config.watermarks(), counters, output);
        FrameDecoder decoder = new FrameDecoder(config.ports(), publisher, counters);
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
        warn(name, from, counters);
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

    private void warn(String name, PacketSource from, CaptureCounters counters) {
        if (from.stats().truncated()) {
            warnings.accept(name + " ends in the middle of a record; what came before it counts");
        }
        long linkType = counters.losses().getOrDefault(DropReason.LINK_TYPE.text(), 0L);
        if (linkType > 0) {
            warnings.accept(
                    "%s: %d frames of a link type that is not supported were dropped"
                            .formatted(name, linkType));
        }
    }
}
