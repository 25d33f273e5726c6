package io.stream53.standalone;

import io.stream53.ledger.Ledger;
import io.stream53.standalone.Children.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of the demo: start, watch, and with {@code --once} wait for the end and report. */
final class DemoRun {
    private static final long WATCH_MS = 500;

    private final Settings settings;
    private final DataFolder data;
    private final Pipeline pipeline;
    private final Meter meter;
    private volatile @Nullable Child agent;
    private boolean noted;

    /**
     * What was asked for.
     *
     * @param agentOptions what to read and how; empty when there is nothing to read
     * @param files the captures among it
     * @param standardInput whether the agent reads this process's standard input
     * @param endless whether the source may be silent for long: an interface, a pipe
     * @param retention age at which indices are deleted; null: never
     * @param dump where to write the documents; null: nowhere
     */
    record Settings(
            List<String> agentOptions,
            List<String> files,
            boolean standardInput,
            boolean endless,
            List<Path> geoip,
            boolean once,
            @Nullable Duration retention,
            @Nullable Path dump,
            boolean verbose) {}

    DemoRun(Settings settings, DataFolder data, Endpoints endpoints, Programs programs) {
        this.settings = settings;
        this.data = data;
        this.pipeline = new Pipeline(programs, data, endpoints);
        this.meter = new Meter(pipeline);
    }

    /** Runs until the end ({@code --once}) or until the process is told to end. */
    int run() {
        Thread hook = new Thread(this::end, "end");
        Runtime.getRuntime().addShutdownHook(hook);
        boolean whole = false;
        try {
            start();
            int status = settings.once() ? once() : watch();
            whole = true;
            return status;
        } catch (UserError e) {
            awaitEndIfEnding(hook);
            throw e;
        } finally {
            awaitEndIfEnding(hook);
            if (!whole) {
                data.keepLogs();
            }
            pipeline.close();
        }
    }

    /** On Ctrl-C and SIGTERM. The main thread stops where it is: see {@link #awaitEndIfEnding}. */
    private void end() {
        pipeline.close();
        data.close();
    }

    /** What fails because the process is ending is no failure: the hook does the rest. */
    private static void awaitEndIfEnding(Thread hook) {
        if (hook.getState() != Thread.State.NEW) {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void start() {
        long startedNs = System.nanoTime();
        say("starting the pipeline; data and logs are in " + data.root());
        new Startup(pipeline, this::startProcessor, new Sinks(pipeline)::create, this::startAgent)
                .run();
        say("everything is up after %.1f s".formatted((System.nanoTime() - startedNs) / 1e9));
    }

    private void startProcessor() {
        Endpoints endpoints = pipeline.endpoints();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--bootstrap", endpoints.bootstrap(),
                                "--registry", endpoints.registry(),
                                "--application-id", Pipeline.APPLICATION,
                                "--state-dir", data.of("processor").toString(),
                                "--http", "127.0.0.1:" + endpoints.processorPort()));
        settings.geoip().forEach(file -> arguments.addAll(List.of("--geoip", file.toString())));
        Child processor =
                pipeline.start(Tier.WORKERS, "processor", pipeline.programs().processor(arguments));
        Readiness.await(
                processor,
                endpoints.processorPort(),
                () -> pipeline.http().find(endpoints.processor() + "/ready").isPresent());
    }

    private void startAgent() {
        if (settings.agentOptions().isEmpty()) {
            return;
        }
        Endpoints endpoints = pipeline.endpoints();
        List<String> arguments = new ArrayList<>(settings.agentOptions());
        arguments.addAll(
                List.of(
                        "--bootstrap", endpoints.bootstrap(),
                        "--registry", endpoints.registry(),
                        "--http", "off",
                        "--ledger", data.newLedger().toString()));
        Child child =
                pipeline.start(
                        Tier.AGENT,
                        "agent",
                        pipeline.programs().agent(arguments),
                        settings.standardInput()
                                ? ProcessBuilder.Redirect.INHERIT
                                : ProcessBuilder.Redirect.PIPE);
        child.mayEnd();
        agent = child;
    }

    private int once() {
        Completion completion =
                new Completion(pipeline, meter, this::agentHasEnded, settings.endless());
        completion.await();
        Ledger ledger = new LedgerReader(pipeline, meter).read();
        if (settings.dump() != null) {
            new Documents(pipeline).dump(settings.dump());
        }
        figures();
        try {
            System.out.println(Http.JSON.writeValueAsString(ledger.toMap()));
        } catch (IOException e) {
            throw new UserError("The ledger could not be printed: " + e.getMessage());
        }
        ledger.imbalances().forEach(sentence -> say("not balanced: " + sentence));
        return ledger.balanced() ? 0 : UserError.FAILED;
    }

    /** Until Ctrl-C, or until a part dies. */
    private int watch() {
        System.out.print(Directions.text(pipeline.endpoints(), data));
        System.out.flush();
        Runnable retention = retention();
        boolean through = false;
        while (true) {
            pipeline.children().checkAlive();
            meter.sayWhenChanged();
            retention.run();
            if (!through && agentHasEnded()) {
                through = true;
                say("the agent has read everything; Ctrl-C ends the demo");
                figures();
            }
            pause();
        }
    }

    private Runnable retention() {
        Duration limit = settings.retention();
        return limit == null
                ? () -> {}
                : new Retention(
                                pipeline.http(),
                                pipeline.endpoints().search(),
                                limit,
                                InstantSource.system())
                        ::run;
    }

    /** Whether the agent has read and published everything; fails when it could not. */
    private boolean agentHasEnded() {
        Child child = agent;
        if (child == null) {
            return settings.agentOptions().isEmpty();
        }
        child.checkAlive();
        if (!child.alive() && !settings.files().isEmpty() && !noted) {
            noted = true;
            data.captures().add(settings.files());
        }
        return !child.alive();
    }

    private void figures() {
        if (settings.verbose()) {
            pipeline.figures().forEach(DemoRun::say);
            long own = Memory.peakKib(ProcessHandle.current().pid()).orElse(0);
            say("%-14s largest resident set %4d MB".formatted("launcher", own / 1024));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(WATCH_MS);
        } catch (InterruptedException e) {
            throw new UserError("The demo was interrupted.");
        }
    }

    static void say(String sentence) {
        System.err.println("stream53: " + sentence);
    }
}
