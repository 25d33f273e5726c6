package io.stream53.connect;

import io.stream53.fixtures.SearchNode;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes one trouble after the other, at random but the same for the same seed. */
final class Trouble {
    private static final int STEPS_BETWEEN = 40;

    private enum Kind {
        KILL,
        CUT_REQUESTS,
        CUT_ANSWERS,
        SLOW,
        FULL_DISK,
        REBALANCE,
        NONE
    }

    private final SearchNode engine;
    private final BadNetwork network;
    private final String topic;
    private final Random random;
    private final Map<Kind, Integer> made = new EnumMap<>(Kind.class);
    private @Nullable CompletableFuture<Void> restart;
    private boolean diskIsFull;
    private int steps;

    Trouble(SearchNode engine, BadNetwork network, String topic, long seed) {
        this.engine = engine;
        this.network = network;
        this.topic = topic;
        this.random = new Random(seed);
    }

    /** Now and then ends a trouble and makes another. */
    void next(SinkUnderLoad sink) throws IOException, InterruptedException {
        if (++steps % STEPS_BETWEEN != 0 || isRestarting()) {
            return;
        }
        endPassing();
        // Kills take seconds; each run has one, and a long run one in so many troubles.
        boolean first = !made.containsKey(Kind.KILL);
        Kind kind = first ? Kind.KILL : Kind.values()[random.nextInt(Kind.values().length)];
        if (kind == Kind.KILL && !first && random.nextInt(10) > 0) {
            return;
        }
        made.merge(kind, 1, Integer::sum);
        switch (kind) {
            case KILL -> kill();
            case CUT_REQUESTS -> network.cutRequests(1 + random.nextInt(5));
            case CUT_ANSWERS -> network.cutAnswers(1 + random.nextInt(5));
            case SLOW -> network.delay(Duration.ofMillis(1 + random.nextInt(100)));
            case FULL_DISK -> fillDisk(true);
            case REBALANCE -> sink.rebalance();
            case NONE -> {}
        }
    }

    /** Whether a short run has seen enough. */
    boolean hadEnough() {
        return made.values().stream().mapToInt(Integer::intValue).sum() > 8;
    }

    private boolean isRestarting() {
        return restart != null && !restart.isDone();
    }

    private void kill() throws InterruptedException {
        engine.kill();
        restart =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                engine.restart();
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
    }

    private void fillDisk(boolean full) throws IOException, InterruptedException {
        diskIsFull = full;
        engine.call(
                "PUT",
                "/" + topic + "-*/_settings?allow_no_indices=true",
                "{\"index.blocks.read_only_allow_delete\": %s}".formatted(full ? "true" : "null"));
    }

    private void endPassing() throws IOException, InterruptedException {
        network.delay(Duration.ZERO);
        if (diskIsFull) {
            fillDisk(false);
        }
    }

    /** Ends what goes on. */
    void end() throws IOException, InterruptedException {
        if (restart != null) {
            restart.join();
        }
        endPassing();
    }

    @Override
    public String toString() {
        return made.toString();
    }
}
