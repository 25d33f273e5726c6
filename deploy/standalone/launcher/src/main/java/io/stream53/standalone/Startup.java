package io.stream53.standalone;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Starts the parts in parallel, each as soon as what it needs is there. */
final class Startup {
    private final Pipeline pipeline;
    private final Runnable processor;
    private final Runnable sinks;
    private final Runnable agent;

    /**
     * @param processor starts the processor; needs broker and registry
     * @param sinks puts the templates and creates the connectors; needs the worker and the engine
     * @param agent starts the agent; needs broker and registry
     */
    Startup(Pipeline pipeline, Runnable processor, Runnable sinks, Runnable agent) {
        this.pipeline = pipeline;
        this.processor = processor;
        this.sinks = sinks;
        this.agent = agent;
    }

    /** Returns when all parts serve; fails with the first failure. */
    void run() {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            var broker = CompletableFuture.runAsync(pipeline::startBroker, threads);
            var registry = CompletableFuture.runAsync(pipeline::startRegistry, threads);
            var engine = CompletableFuture.runAsync(pipeline::startSearchEngine, threads);
            var worker = broker.thenRunAsync(pipeline::startConnect, threads);
            var ready = CompletableFuture.allOf(broker, registry);
            await(
                    List.of(
                            broker,
                            registry,
                            engine,
                            worker,
                            ready.thenRunAsync(processor, threads),
                            ready.thenRunAsync(agent, threads),
                            CompletableFuture.allOf(worker, engine, registry)
                                    .thenRunAsync(sinks, threads)));
        } finally {
            // What still waits ends with its child, when the caller closes the pipeline.
            threads.shutdown();
        }
    }

    private void await(List<CompletableFuture<Void>> steps) {
        CompletableFuture<Void> failed = new CompletableFuture<>();
        for (CompletableFuture<Void> step : steps) {
            var _ = step.whenComplete((_, e) -> failWith(failed, e));
        }
        var all = CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
        var first = CompletableFuture.anyOf(all, failed);
        while (!first.isDone()) {
            pipeline.children().checkAlive();
            pause(first);
        }
        try {
            first.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static void failWith(
            CompletableFuture<Void> failed, @org.jspecify.annotations.Nullable Throwable e) {
        if (e != null) {
            failed.completeExceptionally(e);
        }
    }

    private static void pause(CompletableFuture<?> until) {
        try {
            until.get(200, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // The caller's loop looks again.
        } catch (InterruptedException e) {
            throw new UserError("The start was interrupted.");
        }
    }
}
