package io.stream53.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The agent as a process of its own. */
final class AgentProcess {
    private AgentProcess() {}

    /** What ./stream53 agent gives a JVM that may take 160 MiB and reads no interface. */
    private static final List<String> BOUND_TO_160_MIB =
            List.of(
                    "-Xmx52m",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:ReservedCodeCacheSize=24m",
                    "-XX:MaxMetaspaceSize=64m",
                    "-XX:MaxDirectMemorySize=8m",
                    "-Xss512k",
                    "-XX:CompileCommand=quiet",
                    "-XX:CompileCommand=MemLimit,*.*,6M~stop");

    /** With the launcher's flags for a bound of memory. */
    static List<String> boundCommand(String... args) {
        List<String> command = command(args);
        command.removeIf(word -> word.startsWith("-Xmx") || word.startsWith("-XX:Tiered"));
        command.addAll(1, BOUND_TO_160_MIB);
        return command;
    }

    static List<String> command(String... args) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AgentMain.class.getName()));
        command.addAll(Arrays.asList(args));
        return command;
    }
}
