package io.stream53.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each target under Jazzer for {@code fuzz.seconds}, from the corpus in the repository, in a
 * process of its own. A finding fails the test; the input that caused it is printed, and belongs
 * into the corpus when it is mended.
 */
@Execution(ExecutionMode.CONCURRENT)
class FuzzTest {
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 5);
    private static final int MAX_INPUT_BYTES = 8192;
    private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs");

    @TempDir Path folder;

    static Stream<Targets.Target> targets() {
        return Targets.all().stream();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void findsNothing(Targets.Target target) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Path found = Files.createDirectory(folder.resolve("found"));
        Process jazzer =
                new ProcessBuilder(command(target, found))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(jazzer.waitFor(SECONDS + 120, TimeUnit.SECONDS))
                    .as(() -> "ended by itself: " + read(log))
                    .isTrue();
        } finally {
            jazzer.destroyForcibly();
        }
        String output = read(log);
        assertThat(jazzer.exitValue()).as(output).isZero();
        Matcher runs = RUNS.matcher(output);
        assertThat(runs.find()).as(output).isTrue();
        System.out.printf("%s: %s inputs in %d s%n", target, runs.group(1), SECONDS);
    }

    private List<String> command(Targets.Target target, Path found) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:-OmitStackTraceInFastThrow",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=logback-fuzz.xml",
                "-Djava.io.tmpdir=" + folder,
                "-Dstream53.root=" + Requires.repository(),
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=io.stream53.**",
                "--custom_hook_includes=io.stream53.**",
                // the schema comes from a registry on loopback
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery",
                "--reproducer_path=" + folder,
                "-max_total_time=" + SECONDS,
                "-timeout=20",
                "-rss_limit_mb=2048",
                "-max_len=" + MAX_INPUT_BYTES,
                "-artifact_prefix=" + folder + "/",
                found.toString(),
                Corpus.folder(target).toString());
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
