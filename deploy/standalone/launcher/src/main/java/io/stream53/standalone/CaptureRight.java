package io.stream53.standalone;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The right to capture on interfaces (CAP_NET_RAW on Linux). Where the launcher has it, it keeps it
 * for the agent; the other children are started without it, by {@code setpriv} of util-linux.
 */
final class CaptureRight {
    private static final int CAP_SETPCAP = 8;
    private static final int CAP_NET_RAW = 13;

    private CaptureRight() {}

    /** The words in front of a command that take the right from it; none where nobody has it. */
    static List<String> dropping() {
        long effective = effective(ProcessHandle.current().pid());
        if (!has(effective, CAP_NET_RAW) || !isInstalled("setpriv")) {
            return List.of();
        }
        List<String> ambient = List.of("setpriv", "--inh-caps=-net_raw", "--ambient-caps=-net_raw");
        // Root gets back whatever the bounding set allows; others may not change that set.
        return has(effective, CAP_SETPCAP)
                ? List.of(ambient.get(0), ambient.get(1), ambient.get(2), "--bounding-set=-net_raw")
                : ambient;
    }

    /** Whether a process may capture. */
    static boolean isHeldBy(long pid) {
        return has(effective(pid), CAP_NET_RAW);
    }

    private static boolean has(long capabilities, int bit) {
        return (capabilities >> bit & 1) == 1;
    }

    /** The effective set as proc(5) has it, in hexadecimal; empty where there is none. */
    private static long effective(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("CapEff:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private static boolean isInstalled(String tool) {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, tool))) {
                return true;
            }
        }
        return false;
    }
}
