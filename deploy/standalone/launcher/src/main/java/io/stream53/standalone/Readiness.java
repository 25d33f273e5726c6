package io.stream53.standalone;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits until a child serves, and sees to it that the one that serves is the child. */
final class Readiness {
    /** Far more than an idle machine needs: a busy one is slow, not broken. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final long POLL_MS = 100;

    private Readiness() {}

    /**
     * Returns when the probe succeeds.
     *
     * @param port where the child listens
     * @throws UserError when the child has ended, another process answers or the time is over
     */
    static void await(Child child, int port, BooleanSupplier probe) {
        if (!awaitProbe(child::checkAlive, probe)) {
            throw new UserError(
                    "The %s was not ready after %d minutes; its log %s ends with: %s"
                            .formatted(
                                    child.name(),
                                    LIMIT.toMinutes(),
                                    child.log(),
                                    child.lastLine()));
        }
        child.checkAlive();
        if (!Ports.listens(child.pid(), port).orElse(true)) {
            throw new UserError(
                    "Another process than the %s answers on port %d: start again."
                            .formatted(child.name(), port));
        }
        child.ready();
    }

    /** The same for something that is no process of its own. */
    static void await(String what, Children children, BooleanSupplier probe) {
        if (!awaitProbe(children::checkAlive, probe)) {
            throw new UserError(
                    "Nothing came of waiting %d minutes for %s: see the logs."
                            .formatted(LIMIT.toMinutes(), what));
        }
    }

    private static boolean awaitProbe(Runnable check, BooleanSupplier probe) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!probe.getAsBoolean()) {
            check.run();
            if (System.nanoTime() > deadline) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            throw new UserError("The start was interrupted.");
        }
    }
}
