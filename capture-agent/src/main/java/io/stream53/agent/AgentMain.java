package io.stream53.agent;

import io.stream53.agent.dnstap.DnstapServer;
import io.stream53.agent.dnstap.DnstapSettings;
import io.stream53.agent.load.LoadTicker;
import io.stream53.agent.publish.KafkaOutput;
import io.stream53.agent.publish.Secrets;
import io.stream53.agent.source.LiveSettings;
import io.stream53.agent.source.PacketSource;
import io.stream53.agent.source.PcapFormatException;
import io.stream53.agent.status.StatusServer;
import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The agent's program. Exit status 0: everything read is published. 1: something failed on the way.
 * 2: it could not start as asked. Every failure is one sentence on standard error.
 */
public final class AgentMain {
    private static final int FAILED = 1;
    static final int CANNOT_START = 2;

    private final PrintStream err;
    private final AtomicReference<Runnable> hangUp =
            new AtomicReference<>(() -> say("the agent is starting, and reads nothing again now"));
    private volatile Secrets secrets = Secrets.NONE;

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
            CommandLineSettings.@Nullable Request request =
                    new CommandLineSettings().parse(args, environment, System.out);
            if (request == null) {
                return 0;
            }
            secrets = secrets.and(request.values().passedThrough());
            AgentConfig config = checked(request.values());
            if (request.checkOnly()) {
                say("the configuration is right");
                return 0;
            }
            Memory.checkHeap(config, Runtime.getRuntime().maxMemory());
            Reloading reloading = run -> reload(args, environment, request.values(), run);
            return publish(config, reloading);
        } catch (ConfigurationException e) {
            e.sentences().forEach(this::say);
            return CANNOT_START;
        } catch (PcapFormatException | CannotStart e) {
            say(e.getMessage());
            return CANNOT_START;
        } catch (IOException e) {
            say(e.getMessage());
            return FAILED;
        }
    }

    private void say(@Nullable String sentence) {
        err.println("stream53 agent: " + secrets.hide(String.valueOf(sentence)));
    }

    /** What went wrong before the first packet. */
    private static final class CannotStart extends IOException {
        private static final long serialVersionUID = 1L;

        CannotStart(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Makes what reads the configuration of a run again. */
    @FunctionalInterface
    private interface Reloading {
        Reload of(CaptureRun run);
    }

    /** With all that is wrong, not only the first. */
    static AgentConfig checked(SettingValues values) {
        return checked(values, ConfigChecks::problems);
    }

    /** Likewise, for an agent that runs. */
    static AgentConfig checkedAgain(SettingValues values) {
        return checked(values, ConfigChecks::problemsOfReload);
    }

    private static AgentConfig checked(
            SettingValues values, Function<AgentConfig, List<String>> checks) {
        AgentConfig config = AgentConfigReader.read(values);
        List<String> problems = new ArrayList<>(checks.apply(config));
        try {
            config = Memory.fit(config, values, Runtime.getRuntime().maxMemory());
        } catch (ConfigurationException e) {
            problems.addAll(e.sentences());
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return config;
    }

    private Reload reload(
            String[] args, Map<String, String> environment, SettingValues values, CaptureRun run) {
        return new Reload(
                values,
                () -> {
                    CommandLineSettings.@Nullable Request again =
                            new CommandLineSettings().parse(args, environment, err);
                    if (again == null) {
                        return values;
                    }
                    secrets = secrets.and(again.values().passedThrough());
                    return again.values();
                },
                AgentMain::checkedAgain,
                run::reload,
                this::say);
    }

    private int publish(AgentConfig config, Reloading reloading) throws IOException {
        // Its default would end the process, also while that starts.
        Signals.onHangUp(() -> hangUp.get().run());
        // The interface first: the kernel keeps its packets while Kafka is looked up.
        List<PacketSource> live = openLive(config);
        try (DnstapServer dnstap = openDnstap(config);
                KafkaOutput output = openKafka(config)) {
            CaptureRun run = new CaptureRun(config, output);
            Shutdown shutdown = new Shutdown(run, output, config.shutdownTimeout());
            output.onFatal(run::stop);
            try (Reporter reporter = new Reporter(run::ledger, config.ledger(), err);
                    LoadTicker _ = LoadTicker.start(run.sampling(), this::say);
                    StatusServer _ = serve(config, run, output)) {
                reporter.start();
                shutdown.install();
                hangUp.set(reloading.of(run)::reload);
                work(config, run, live, dnstap);
                reporter.finish();
                return shutdown.done(result(run.ledger(), output));
            } catch (IOException | RuntimeException e) {
                shutdown.done(FAILED);
                throw e;
            }
        } finally {
            live.forEach(PacketSource::close);
        }
    }

    private void work(
            AgentConfig config,
            CaptureRun run,
            List<PacketSource> live,
            @Nullable DnstapServer dnstap)
            throws IOException {
        Path folder = config.input().folder();
        if (folder != null) {
            FolderRun.open(folder, config.input(), run, InstantSource.system(), err).run();
            return;
        }
        if (live.isEmpty() && dnstap == null) {
            run.read(config.input().pcap());
            run.readDnstap(config.input().dnstap().files());
            return;
        }
        Duration duration = config.input().duration();
        Timer timer = new Timer("end of the capture", true);
        if (duration != null) {
            timer.schedule(Shutdown.task(run::stop), duration.toMillis());
        }
        if (!live.isEmpty()) {
            run.capture(live);
        }
        if (dnstap != null) {
            run.dnstap(dnstap);
        }
    }

    private int result(AgentLedger ledger, KafkaOutput output) {
        String fatal = output.fatal();
        if (fatal != null) {
            say(fatal);
            return FAILED;
        }
        if (output.waiting() > 0) {
            err.printf(
                    "stream53 agent: %,d records wait in the spool for the next start%n",
                    output.waiting());
        }
        long failed = ledger.dropped().getOrDefault(DropReason.PUBLISH_FAILED.text(), 0L);
        if (failed == 0) {
            return 0;
        }
        say("%,d messages were not published: %s".formatted(failed, output.lastFailure()));
        return FAILED;
    }

    private static List<PacketSource> openLive(AgentConfig config) throws CannotStart {
        LiveSettings live = config.input().live();
        try {
            return live == null
                    ? List.of()
                    : config.input().source().open(live, config.load().captureThreads());
        } catch (IOException e) {
            throw new CannotStart(e);
        }
    }

    private static @Nullable DnstapServer openDnstap(AgentConfig config) throws CannotStart {
        DnstapSettings dnstap = config.input().dnstap();
        try {
            return dnstap.listen().isEmpty()
                    ? null
                    : DnstapServer.open(dnstap, InstantSource.system());
        } catch (IOException e) {
            throw new CannotStart(e);
        }
    }

    private static KafkaOutput openKafka(AgentConfig config) throws CannotStart {
        try {
            return KafkaOutput.open(
                    config.kafka(),
                    config.spool(),
                    config.input().mayWait(),
                    config.shutdownTimeout());
        } catch (IOException e) {
            throw new CannotStart(e);
        }
    }

    private @Nullable StatusServer serve(AgentConfig config, CaptureRun run, KafkaOutput output)
            throws CannotStart {
        if (!config.status().isOn()) {
            return null;
        }
        try {
            AgentStatus status = new AgentStatus(run, output);
            StatusServer server = StatusServer.start(config.status(), status);
            if (config.status().port() == 0) {
                say("status on http://" + server.authority());
            }
            return server;
        } catch (IOException e) {
            throw new CannotStart(e);
        }
    }
}
