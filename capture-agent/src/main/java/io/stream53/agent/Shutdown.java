package io.stream53.agent;

import io.stream53.agent.publish.KafkaOutput;
import java.time.Duration;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What SIGTERM and Ctrl-C do: the source stops, what was read is published with its final
 * watermarks, and the process ends with the status of that. Should Kafka not take it within a time,
 * the rest is given up, counted as failed; or stays in the spool, where there is one.
 */
final class Shutdown {
    private static final Duration AFTER_ABORT = Duration.ofSeconds(5);

    private final Runnable stop;
    private final Runnable abort;
    private final Duration timeout;
    private final Thread hook = new Thread(this::onSignal, "shutdown");
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile int status = 1;

    Shutdown(CaptureRun run, KafkaOutput output, Duration timeout) {
        this(run::stop, output::abort, timeout);
    }

    Shutdown(Runnable stop, Runnable abort, Duration timeout) {
        this.stop = stop;
        this.abort = abort;
        this.timeout = timeout;
    }

    void install() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The work is over; returns the exit status. */
    int done(int exitStatus) {
        status = exitStatus;
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyShuttingDown) {
            return exitStatus;
        }
        return exitStatus;
    }

    private void onSignal() {
        // Without it the status would be the signal's, although everything is published.
        Runtime.getRuntime().halt(stopped());
    }

    /** Makes the work end, in time or by force; returns the exit status. */
    int stopped() {
        // on a thread of its own: whatever it waits for, the time holds
        Thread.ofPlatform().daemon().name("stop").start(stop);
        try {
            if (!finished.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                abort.run();
                if (!finished.await(AFTER_ABORT.toMillis(), TimeUnit.MILLISECONDS)) {
                    status = 1;
                }
            }
        } catch (InterruptedException e) {
            status = 1;
        }
        return status;
    }

    /** A timer's task. */
    static TimerTask task(Runnable action) {
        return new TimerTask() {
            @Override
            public void run() {
                action.run();
            }
        };
    }
}
