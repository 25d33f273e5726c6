package io.stream53.agent.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the process takes of the host's memory, as /proc says (proc_pid_status(5)). */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    /** Resident memory in bytes; 0 where there is no /proc. */
    public static long residentBytes() {
        return bytes("VmRSS:");
    }

    /** The most that was resident at any time, in bytes; 0 where there is no /proc. */
    public static long peakBytes() {
        return bytes("VmHWM:");
    }

    private static long bytes(String field) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            return 0;
        } catch (IOException notLinux) {
            return 0;
        }
    }
}
