package io.stream53.standalone;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The entry point of every child: runs another main class and ends the process soon after the
 * launcher is gone, however it went, so that even a {@code kill -9} of the launcher leaves nothing
 * behind.
 *
 * <p>The parent's process id is asked for, not a pipe's end: the agent needs its standard input for
 * captures. Arguments: the launcher's process id, the main class, that class's arguments.
 */
public final class Watched {
    private static final long POLL_MS = 300;
    private static final long GRACE_MS = 10_000;

    private Watched() {}

    /** Watches the parent and runs the main class. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        watch(Long.parseLong(arguments[0]));
        String[] rest = Arrays.copyOfRange(arguments, 2, arguments.length);
        try {
            Class.forName(arguments[1])
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) rest);
        } catch (InvocationTargetException e) {
            System.err.println("cannot start: " + e.getCause());
            if (e.getCause() != null) {
                e.getCause().printStackTrace();
            }
            System.exit(1);
        }
    }

    private static void watch(long parent) {
        Thread watcher = new Thread(() -> endWithParent(parent), "watch-launcher");
        watcher.setDaemon(true);
        watcher.start();
    }

    private static void endWithParent(long parent) {
        try {
            while (isChildOf(parent)) {
                Thread.sleep(POLL_MS);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; if somebody does, ending is the safe side.
        }
        Thread halt = new Thread(Watched::haltAfterGrace, "halt");
        halt.setDaemon(true);
        halt.start();
        System.exit(1);
    }

    /**
     * An orphan gets another parent; where the system does not say so, the parent's life counts.
     */
    private static boolean isChildOf(long parent) {
        return ProcessHandle.current()
                .parent()
                .map(handle -> handle.pid() == parent && handle.isAlive())
                .orElse(false);
    }

    private static void haltAfterGrace() {
        try {
            Thread.sleep(GRACE_MS);
        } catch (InterruptedException e) {
            // As above.
        }
        Runtime.getRuntime().halt(1);
    }
}
