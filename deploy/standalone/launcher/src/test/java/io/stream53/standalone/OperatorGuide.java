package io.stream53.standalone;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The commands of docs/elasticsearch.md, as a reader would type them. A block whose line above is a
 * comment is left out: the comment says why.
 */
final class OperatorGuide {
    private static final String COMMANDS = "```sh";
    private static final String END = "```";

    /** What a run printed, one text for each block, and its status. */
    record Run(int status, List<String> output, String errors) {}

    private OperatorGuide() {}

    static String text() throws IOException {
        return Files.readString(Requires.repository().resolve("docs/elasticsearch.md"));
    }

    /** The blocks that can be run. */
    static List<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        String above = "";
        StringBuilder block = null;
        for (String line : text().lines().toList()) {
            if (block == null && line.equals(COMMANDS) && !above.startsWith("<!--")) {
                block = new StringBuilder();
            } else if (block != null && line.equals(END)) {
                blocks.add(block.toString());
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            }
            above = line;
        }
        return blocks;
    }

    /** Runs the blocks as one script; the launcher is this test's class path. */
    static Run run(Path folder, Map<String, String> addresses)
            throws IOException, InterruptedException {
        Requires.tool("curl");
        Path launcher = folder.resolve("stream53");
        Files.writeString(
                launcher,
                """
                #!/bin/sh
                exec "$JAVA" -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
                    -Dlogback.configurationFile=stream53-launcher-logback.xml io.stream53.standalone.Main "$@"
                """);
        launcher.toFile().setExecutable(true);
        String separator = "== next block ==\n";
        String script =
                "set -euo pipefail\n"
                        + String.join("printf '" + separator.strip() + "\\n'\n", blocks());
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        ProcessBuilder builder =
                new ProcessBuilder(Requires.tool("bash").toString(), "-c", script)
                        .directory(folder.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        builder.environment().putAll(addresses);
        builder.environment()
                .put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        try {
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                throw new IOException("The guide takes too long: " + Files.readString(errors));
            }
            return new Run(
                    process.exitValue(),
                    List.of(Files.readString(output).split(separator, -1)),
                    Files.readString(errors));
        } finally {
            process.destroyForcibly();
        }
    }
}
