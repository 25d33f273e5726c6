package io.stream53.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory a process takes, by {@code /proc}. */
final class Memory {
    private Memory() {}

    /** Largest resident set so far (VmHWM) in KiB; empty where there is no {@code /proc}. */
    static OptionalLong peakKib(long pid) {
        return status(pid, "VmHWM:");
    }

    private static OptionalLong status(long pid, String field) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
