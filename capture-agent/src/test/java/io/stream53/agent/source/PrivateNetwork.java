package io.stream53.agent.source;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A network of the test's own: one thread in a new network namespace (unshare(2)), with a cable
 * between two interfaces. Sockets and child processes that this thread makes belong to it, and it
 * ends with the thread, so that nothing is left behind however the test ends.
 */
final class PrivateNetwork implements AutoCloseable {
    /** Where packets go in. */
    static final String FAR_END = "s53far";

    /** Where they are captured. */
    static final String NEAR_END = "s53near";

    private static final int CLONE_NEWNET = 0x40000000;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Path ip;

    private PrivateNetwork(Path ip) {
        this.ip = ip;
    }

    static PrivateNetwork create() {
        Requires.root();
        PrivateNetwork network = new PrivateNetwork(Requires.tool("ip"));
        try {
            int result = network.call(PrivateNetwork::unshare);
            Requires.that(result == 0, "the kernel allows no network namespaces");
            network.ip("link", "set", "lo", "up");
            network.ip("link", "add", NEAR_END, "type", "veth", "peer", "name", FAR_END);
            network.ip("link", "set", NEAR_END, "up");
            network.ip("link", "set", FAR_END, "up");
            return network;
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    @SuppressWarnings("restricted")
    private static int unshare() {
        Linker linker = Linker.nativeLinker();
        try {
            return (int)
                    linker.downcallHandle(
                                    linker.defaultLookup().findOrThrow("unshare"),
                                    FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                            .invokeExact(CLONE_NEWNET);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Does something inside. */
    <T> T call(Callable<T> action) {
        try {
            return thread.submit(action).get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of(ip.toString()));
        command.addAll(Arrays.asList(arguments));
        run(command);
    }

    /** Runs a command inside, to its end; it must succeed. Returns what it printed. */
    private String run(List<String> command) {
        return call(
                () -> {
                    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
                    String output = read(process);
                    if (process.waitFor() != 0) {
                        throw new AssertionError(command + ": " + output);
                    }
                    return output;
                });
    }

    private static String read(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
