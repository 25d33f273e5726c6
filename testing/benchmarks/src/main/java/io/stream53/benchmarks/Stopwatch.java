package io.stream53.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Wall and processor time of this process. */
final class Stopwatch {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final long startNs;
    private final long startCpuNs;

    private Stopwatch(long startNs, long startCpuNs) {
        this.startNs = startNs;
        this.startCpuNs = startCpuNs;
    }

    /**
     * Starts now, or at the start of the process.
     *
     * @param withStartUp counts what the JVM took before, too
     */
    static Stopwatch start(boolean withStartUp) {
        long sinceStart =
                (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime())
                        * 1_000_000;
        return withStartUp
                ? new Stopwatch(System.nanoTime() - sinceStart, 0)
                : new Stopwatch(System.nanoTime(), SYSTEM.getProcessCpuTime());
    }

    double seconds() {
        return (System.nanoTime() - startNs) / 1e9;
    }

    double cpuSeconds() {
        return (SYSTEM.getProcessCpuTime() - startCpuNs) / 1e9;
    }

    /** The largest resident set so far (VmHWM, proc(5)). */
    static long peakRssBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
