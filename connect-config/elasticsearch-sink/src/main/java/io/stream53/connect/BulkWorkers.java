package io.stream53.connect;

import io.stream53.connect.BulkAnswer.Answered;
import io.stream53.connect.BulkAnswer.Busy;
import io.stream53.connect.BulkAnswer.Done;
import io.stream53.connect.BulkAnswer.Rejected;
import io.stream53.connect.BulkAnswer.TooLarge;
import io.stream53.connect.BulkAnswer.Unavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the batches of a {@link BulkQueue}, each worker one at a time, until every write in it is
 * settled. Rejected writes are left for the task's thread, which reports and settles them; a
 * failure that sending again would not mend closes the queue and waits there as well.
 */
final class BulkWorkers {
    /** A write that the engine rejected, and why. */
    record Rejection(Operation operation, String reason) {}

    private static final Logger log = LoggerFactory.getLogger(BulkWorkers.class);

    /** How long an engine that is back may wait for us. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final int FAILURES_BEFORE_SPLIT = 3;

    private final SinkSettings settings;
    private final BulkQueue queue;
    private final Function<List<Operation>, BulkAnswer> engine;
    private final SinkCounters counters;
    private final OutageLog outages = new OutageLog(System::nanoTime);
    private final Queue<Rejection> rejections = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable RuntimeException failure;

    BulkWorkers(
            SinkSettings settings,
            BulkQueue queue,
            Function<List<Operation>, BulkAnswer> engine,
            SinkCounters counters) {
        this.settings = settings;
        this.queue = queue;
        this.engine = engine;
        this.counters = counters;
    }

    void start() {
        for (int i = 0; i < settings.inFlight(); i++) {
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name(settings.connector() + "-" + settings.task() + "-bulk-" + i)
                            .start(this::work));
        }
    }

    /** The next rejected write that nobody has taken yet. */
    @Nullable Rejection nextRejection() {
        return rejections.poll();
    }

    /** Throws what stopped the workers, if anything did. */
    void requireWorking() {
        RuntimeException cause = failure;
        if (cause != null) {
            throw cause;
        }
    }

    /** Waits for the workers to end, which they do once the queue is closed. */
    void join(Duration timeout) throws InterruptedException {
        for (Thread thread : threads) {
            if (!thread.join(timeout)) {
                log.warn("{} is still waiting for the engine.", thread.getName());
            }
        }
    }

    private void work() {
        try {
            for (List<Operation> batch = queue.take(); batch != null; batch = queue.take()) {
                deliver(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            queue.close();
        } catch (RuntimeException e) {
            failure = e;
            queue.close();
        } catch (Error e) {
            // A worker that ended in silence would leave its batch under way for ever.
            failure = new ConnectException("A bulk worker failed: " + e, e);
            queue.close();
        }
    }

    private void deliver(List<Operation> batch) throws InterruptedException {
        Deque<List<Operation>> requests = new ArrayDeque<>();
        requests.push(batch);
        int failures = 0;
        while (!requests.isEmpty() && !queue.closed()) {
            List<Operation> request = queue.withoutDiscarded(requests.pop());
            if (request.isEmpty()) {
                continue;
            }
            counters.requests.incrementAndGet();
            switch (engine.apply(request)) {
                case Answered(List<BulkAnswer.Outcome> outcomes) -> {
                    List<Operation> busy = settle(request, outcomes);
                    failures = busy.size() < request.size() ? 0 : failures;
                    if (busy.isEmpty()) {
                        outages.worked();
                    } else {
                        failures++;
                        requests.push(busy);
                        pause(busy, failures, firstBusy(outcomes));
                    }
                }
                case Unavailable(String reason) -> {
                    failures++;
                    pause(request, failures, reason);
                    sendAgain(request, failures, requests);
                }
                case TooLarge(String reason) -> split(request, reason, requests);
            }
        }
    }

    /** Settles what is done; returns what is to be sent again. */
    private List<Operation> settle(List<Operation> request, List<BulkAnswer.Outcome> outcomes) {
        List<Operation> busy = new ArrayList<>();
        List<Operation> done = new ArrayList<>(request.size());
        for (int i = 0; i < request.size(); i++) {
            Operation operation = request.get(i);
            switch (outcomes.get(i)) {
                case Done() -> {
                    (operation.action() == Operation.Action.DELETE
                                    ? counters.deleted
                                    : counters.indexed)
                            .incrementAndGet();
                    done.add(operation);
                }
                case Busy(_) -> busy.add(operation);
                case Rejected(String reason) -> reject(operation, reason);
            }
        }
        queue.settle(done);
        return busy;
    }

    private void reject(Operation operation, String reason) {
        queue.reject(operation);
        rejections.add(new Rejection(operation, reason));
    }

    private static String firstBusy(List<BulkAnswer.Outcome> outcomes) {
        return outcomes.stream()
                .filter(Busy.class::isInstance)
                .map(outcome -> ((Busy) outcome).reason())
                .findFirst()
                .orElse("");
    }

    /**
     * A request that fails again and again may be too large for something on the way, which cuts
     * the connection or takes too long instead of saying so; a smaller part shows whether it is.
     * After an outage few parts are left over: each failure halves the first of them only.
     */
    private static void sendAgain(
            List<Operation> request, int failures, Deque<List<Operation>> requests) {
        if (failures < FAILURES_BEFORE_SPLIT || request.size() == 1) {
            requests.push(request);
        } else {
            halve(request, requests);
        }
    }

    /** Halves a request; a document that is too large alone is at fault itself. */
    private void split(List<Operation> request, String reason, Deque<List<Operation>> requests) {
        if (request.size() == 1) {
            reject(request.getFirst(), reason);
            return;
        }
        halve(request, requests);
    }

    private static void halve(List<Operation> request, Deque<List<Operation>> requests) {
        int half = request.size() / 2;
        requests.push(request.subList(half, request.size()));
        requests.push(request.subList(0, half));
    }

    private void pause(List<Operation> batch, int failures, String reason)
            throws InterruptedException {
        if (queue.closed()) {
            return;
        }
        if (failures > settings.maxRetries()) {
            throw new ConnectException(
                    "The engine did not take a request after "
                            + settings.maxRetries()
                            + " retries (max.retries): "
                            + reason
                            + ".");
        }
        counters.retried.addAndGet(batch.size());
        Duration time = backoff(settings.backoff(), failures);
        boolean _ = outages.failed(batch.size(), reason);
        log.debug(
                "{} writes are sent again in {} ms (failure {} in a row): {}.",
                batch.size(),
                time.toMillis(),
                failures,
                reason);
        queue.pause(batch, time);
    }

    /**
     * Exponential, at most ten seconds; half of it at random, so that workers do not come together.
     */
    static Duration backoff(Duration first, int failures) {
        long full =
                Math.min(LONGEST_PAUSE.toMillis(), first.toMillis() << Math.min(failures - 1, 20));
        return Duration.ofMillis(full - ThreadLocalRandom.current().nextLong(full / 2 + 1));
    }
}
