package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JavaScript program with packages from npm, installed below {@code target} without scripts. */
final class NodeProject {
    private static final String LOCK = "package-lock.json";

    private NodeProject() {}

    /**
     * Copies a program and installs its packages, unless that was done before; skips the test where
     * Node or its packages cannot be had.
     *
     * @param name of the folder below {@code target}
     * @param program beside {@code package.json} and {@code package-lock.json}
     * @return the folder
     */
    static Path install(Path source, String name, String program)
            throws IOException, InterruptedException {
        Requires.tool("node");
        Path npm = Requires.tool("npm");
        Path folder =
                Files.createDirectories(
                        Requires.repository().resolve("testing/end-to-end/target").resolve(name));
        boolean installed =
                Files.exists(folder.resolve("node_modules/.package-lock.json"))
                        && Files.exists(folder.resolve(LOCK))
                        && Files.mismatch(source.resolve(LOCK), folder.resolve(LOCK)) == -1;
        for (String file : List.of("package.json", LOCK, program)) {
            Files.copy(
                    source.resolve(file),
                    folder.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        if (!installed) {
            Process process =
                    new ProcessBuilder(
                                    npm.toString(),
                                    "ci",
                                    "--ignore-scripts",
                                    "--no-audit",
                                    "--no-fund",
                                    "--prefer-offline")
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("npm.log").toFile())
                            .start();
            boolean done = process.waitFor(10, TimeUnit.MINUTES);
            process.destroy();
            Requires.that(
                    done && process.exitValue() == 0,
                    "npm cannot install the packages (testing/end-to-end/target/%s/npm.log)"
                            .formatted(name));
        }
        assertThat(folder.resolve("node_modules")).isDirectory();
        return folder;
    }
}
