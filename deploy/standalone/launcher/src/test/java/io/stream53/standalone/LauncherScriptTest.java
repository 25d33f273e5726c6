package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script, in a folder that is no checkout and with tools that the test chooses. */
class LauncherScriptTest {
    private static final List<String> TOOLS =
            List.of("bash", "cat", "dirname", "find", "head", "mkdir", "mv", "readlink", "rm");

    @TempDir private Path folder;
    private Path script;
    private Path tools;

    private record Outcome(int status, String out, String err) {}

    @BeforeEach
    void copyScript() throws IOException {
        Path original = Requires.file(Requires.repository().resolve("stream53"));
        script = folder.resolve("stream53");
        String text = Files.readString(original);
        assertThat(text).contains(" /usr/lib/jvm/*;");
        // The machine's own JDKs must not be found.
        Files.writeString(script, text.replace(" /usr/lib/jvm/*;", " " + folder + "/jvm/*;"));
        tools = Files.createDirectory(folder.resolve("bin"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(tools.resolve(tool), Requires.tool(tool));
        }
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(tools.resolve("bash").toString());
        builder.command().add(script.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().putAll(environment);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        int status = process.waitFor();
        return new Outcome(status, text(out), text(err));
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        for (String tool : List.of("java", "javac")) {
            program(home.resolve("bin").resolve(tool), "exit 0");
        }
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private static void program(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void helpNamesTheCommands() throws Exception {
        Outcome outcome = run(Map.of(), "--help");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains(
                        "demo",
                        "inspect",
                        "agent",
                        "processor",
                        "topics",
                        "apply",
                        "reset",
                        "version");
    }

    @Test
    void anUnknownCommandIsOneSentence() throws Exception {
        Outcome outcome = run(Map.of(), "nosuch");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err())
                .isEqualTo(
                        "stream53: there is no command 'nosuch'; './stream53 --help' lists what"
                                + " there is.\n");
    }

    @Test
    void withoutAJdkItNamesTheFourPlaces() throws Exception {
        Path old = jdk("old", "17.0.15");
        Outcome outcome = run(Map.of("JAVA_HOME", old.toString()), "version");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .hasLineCount(1)
                .contains("JDK 25", "STREAM53_JAVA_HOME", "JAVA_HOME", "path", "/jvm/*");
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        Path jdk = jdk("new", "25.0.1");
        Outcome outcome = run(Map.of("STREAM53_JAVA_HOME", jdk.toString()), "version");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).hasLineCount(1).contains("install Maven 3.8 or newer");
    }

    @Test
    void findsTheJdkAmongThoseInstalled() throws Exception {
        jdk("jvm/a", "17.0.15");
        jdk("jvm/b", "26-ea");
        Outcome outcome = run(Map.of(), "version");
        // Found, and so the next thing is missing.
        assertThat(outcome.err()).contains("Maven");
    }

    @Test
    void buildsWhenASourceIsNewerThanTheLastBuildAndOnlyThen() throws Exception {
        Path builds = folder.resolve("builds");
        program(tools.resolve("mvn"), "echo built >> " + builds);
        Path source = Files.writeString(folder.resolve("pom.xml"), "<project/>");
        Map<String, String> environment =
                Map.of("STREAM53_JAVA_HOME", jdk("new", "25.0.1").toString());

        assertThat(run(environment, "version").err()).contains("building");
        assertThat(run(environment, "version").err()).isEmpty();
        assertThat(builds).content().hasLineCount(1);

        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(run(environment, "version").err()).contains("building");
        assertThat(builds).content().hasLineCount(2);
    }

    @Test
    void aBuildThatFailsIsNoBuild() throws Exception {
        program(tools.resolve("mvn"), "exit 1");
        Map<String, String> environment =
                Map.of("STREAM53_JAVA_HOME", jdk("new", "25.0.1").toString());
        for (int attempt = 0; attempt < 2; attempt++) {
            Outcome outcome = run(environment, "version");
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.err()).endsWith("The build failed: see Maven's messages above.\n");
        }
    }
}
