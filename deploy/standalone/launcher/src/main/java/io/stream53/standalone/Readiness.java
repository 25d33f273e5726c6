package io.stream53.standalone;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits until a child serves, and sees to it that the one that serves is the child. */
final class Readiness {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long POLL_MS = 100;

    private Readiness() {}

    /**
     * Returns when the probe succeeds.
     *
     * @param port where the child listens
     * @throws UserError when the child has ended, another process answers or the time is over
     */
    static void await(Child child, int port, BooleanSupplier probe) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!probe.getAsBoolean()) {
            child.checkAlive();
            if (System.nanoTime() > deadline) {
                throw new UserError(
                        "The %s was not ready after %d minutes; its log %s ends with: %s"
                                .formatted(
                                        child.name(),
                                        LIMIT.toMinutes(),
                                        child.log(),
                                        child.lastLine()));
            }
            pause();
        }
        child.checkAlive();
        if (!Ports.listens(child.pid(), port).orElse(true)) {
            throw new UserError(
                    "Another process than the %s answers on port %d: start again."
                            .formatted(child.name(), port));
        }
        child.ready();
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            throw new UserError("The start was interrupted.");
        }
    }
}
