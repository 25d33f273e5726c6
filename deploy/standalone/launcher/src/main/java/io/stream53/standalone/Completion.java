package io.stream53.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Waits until everything that was captured has come out at the end. The stages are looked at in the
 * data's order, each only when the one before is done, for what has passed a stage never comes back
 * to it.
 */
final class Completion {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long POLL_MS = 300;

    private final Pipeline pipeline;
    private final Meter meter;
    private final BooleanSupplier agentEnded;
    private final boolean endless;

    /**
     * A stage of the data's way.
     *
     * @param waitsFor what has to happen, for the sentence when it does not
     */
    private record Stage(String waitsFor, BooleanSupplier done) {}

    /**
     * @param endless whether the source may be silent for long
     */
    Completion(Pipeline pipeline, Meter meter, BooleanSupplier agentEnded, boolean endless) {
        this.pipeline = pipeline;
        this.meter = meter;
        this.agentEnded = agentEnded;
        this.endless = endless;
    }

    /**
     * Returns when all is done.
     *
     * @throws UserError when a child dies, or nothing moves for a minute
     */
    void await() {
        await(new Stage("the agent to read and publish everything", agentEnded), endless);
        try (Lag lag = new Lag(pipeline.endpoints().bootstrap())) {
            for (Stage stage : stages(lag)) {
                await(stage, false);
            }
        }
    }

    private List<Stage> stages(Lag lag) {
        String processor = Pipeline.APPLICATION;
        return List.of(
                new Stage(
                        "the processor to read " + Topics.RAW,
                        () -> lag.isRead(processor, Topics.RAW)),
                new Stage(
                        "the processor to decide on all pending queries",
                        () -> isQuiet("pending", "unsent")),
                new Stage(
                        "the processor to merge its partial counts",
                        () -> lag.areRead(processor, Lag::isRepartition)),
                new Stage(
                        "the processor to close all windows",
                        () -> isQuiet("pending", "unsent", "openWindows")),
                indexed(lag, Topics.ENRICHED),
                indexed(lag, Topics.TLD_COUNTS),
                indexed(lag, Topics.ALERTS),
                indexed(lag, Topics.LEDGER));
    }

    private static Stage indexed(Lag lag, String topic) {
        return new Stage("the sink to index " + topic, () -> lag.isRead(Sinks.group(), topic));
    }

    /** Whether these figures are 0 and committed. */
    private boolean isQuiet(String... figures) {
        return meter.processor().map(ledger -> isQuiet(ledger, figures)).orElse(false);
    }

    private static boolean isQuiet(JsonNode ledger, String... figures) {
        for (String figure : figures) {
            if (ledger.path(figure).asLong(-1) != 0) {
                return false;
            }
        }
        return !ledger.path("uncommitted").asBoolean(true);
    }

    private void await(Stage stage, boolean patient) {
        String before = "";
        long movedNs = System.nanoTime();
        while (!stage.done().getAsBoolean()) {
            pipeline.children().checkAlive();
            String now = meter.sayWhenChanged();
            if (patient || !now.equals(before)) {
                before = now;
                movedNs = System.nanoTime();
            } else if (System.nanoTime() - movedNs > PATIENCE.toNanos()) {
                throw new UserError(
                        "Nothing has moved for %d s while waiting for %s: see the logs in %s."
                                .formatted(
                                        PATIENCE.toSeconds(),
                                        stage.waitsFor(),
                                        pipeline.data().root().resolve("logs")));
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            throw new UserError("The demo was interrupted.");
        }
    }
}
