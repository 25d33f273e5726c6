package io.stream53.agent;

import io.stream53.agent.publish.KafkaOutput;
import io.stream53.agent.source.LiveSettings;
import io.stream53.agent.source.PacketSource;
import io.stream53.agent.source.PcapFormatException;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The agent's program. Exit status 0: everything read is published. 1: something failed on the way.
 * 2: it could not start as asked. Every failure is one sentence on standard error.
 */
public final class AgentMain {
    private static final int FAILED = 1;
    static final int CANNOT_START = 2;

    private final PrintStream err;

    AgentMain(PrintStream err) {
        this.err = err;
    }

    public static void main(String[] args) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "stream53-agent-logback.xml");
        }
        System.exit(new AgentMain(System.err).execute(args, System.getenv()));
    }

    int execute(String[] args, Map<String, String> environment) {
        try {
            CommandLineSettings commandLine = new CommandLineSettings();
            @Nullable SettingValues values = commandLine.parse(args, environment, System.out);
            if (values == null) {
                return 0;
            }
            AgentConfig config = AgentConfigReader.read(values);
            checkInput(config);
            return publish(config);
        } catch (ConfigurationException | PcapFormatException | CannotStart e) {
            return fail(CANNOT_START, e);
        } catch (IOException e) {
            return fail(FAILED, e);
        }
    }

    private int fail(int status, Exception e) {
        err.println("stream53 agent: " + e.getMessage());
        return status;
    }

    /** What went wrong before the first packet. */
    private static final class CannotStart extends IOException {
        private static final long serialVersionUID = 1L;

        CannotStart(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static void checkInput(AgentConfig config) {
        if (config.input().pcap().isEmpty() == (config.input().live() == null)) {
            throw new ConfigurationException(
                    "say what to read: either --pcap FILE (repeatable) or --interface NAME");
        }
        if (config.input().duration() != null && config.input().live() == null) {
            throw new ConfigurationException("--duration goes with --interface, not with --pcap");
        }
    }

    private int publish(AgentConfig config) throws IOException {
        InputFiles.check(config.input().pcap());
        // The interface first: the kernel keeps its packets while Kafka is looked up.
        try (PacketSource live = openLive(config);
                KafkaOutput output = openKafka(config)) {
            CaptureRun run = new CaptureRun(config, output);
            Shutdown shutdown = new Shutdown(run, output, config.shutdownTimeout());
            try (Reporter reporter = new Reporter(run::ledger, config.ledger(), err)) {
                reporter.start();
                shutdown.install();
                work(config, run, live);
                reporter.finish();
                return shutdown.done(result(run.ledger(), output));
            } catch (IOException | RuntimeException e) {
                shutdown.done(FAILED);
                throw e;
            }
        }
    }

    private static void work(AgentConfig config, CaptureRun run, @Nullable PacketSource live)
            throws IOException {
        if (live == null) {
            run.read(config.input().pcap());
            return;
        }
        Duration duration = config.input().duration();
        Timer timer = new Timer("end of the capture", true);
        if (duration != null) {
            timer.schedule(Shutdown.task(run::stop), duration.toMillis());
        }
        run.capture(live);
    }

    private int result(AgentLedger ledger, KafkaOutput output) {
        long failed = ledger.dropped().getOrDefault(DropReason.PUBLISH_FAILED.text(), 0L);
        if (failed == 0) {
            return 0;
        }
        err.printf(
                "stream53 agent: %,d messages were not published: %s%n",
                failed, output.lastFailure());
        return FAILED;
    }

    private static @Nullable PacketSource openLive(AgentConfig config) throws CannotStart {
        LiveSettings live = config.input().live();
        try {
            return live == null ? null : config.input().source().open(live);
        } catch (IOException e) {
            throw new CannotStart(e);
        }
    }

    private static KafkaOutput openKafka(AgentConfig config) throws CannotStart {
        try {
            return KafkaOutput.open(config.kafka());
        } catch (IOException e) {
            throw new CannotStart(e);
        }
    }
}
