package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ./stream53 demo} with its bundled capture, as people run it: until it is told to end. */
final class RunningDemo implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path out;
    private final Path err;
    private final List<Process> processes = new ArrayList<>();
    private List<ProcessHandle> family = List.of();

    RunningDemo(Path folder) throws IOException {
        out = folder.resolve("demo.out");
        err = folder.resolve("demo.err");
        start(out, err, "demo");
    }

    /** Another command beside it, ended with it. */
    void start(Path standardOutput, Path standardError, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Requires.repository().resolve("stream53").toString()));
        command.addAll(List.of(arguments));
        processes.add(
                new ProcessBuilder(command)
                        .directory(Requires.repository().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(standardOutput.toFile())
                        .redirectError(standardError.toFile())
                        .start());
    }

    /** What it printed where a pattern's first group is, once it is printed. */
    String printed(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> !alive() || compiled.matcher(Files.readString(out)).find());
        Matcher matcher = compiled.matcher(text());
        assertThat(matcher.find()).as("%s in %s", pattern, text()).isTrue();
        return matcher.group(1);
    }

    /** Waits until a condition on its answers holds. */
    void until(Callable<Boolean> condition) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .until(
                        () -> {
                            assertThat(alive()).as(text()).isTrue();
                            return condition.call();
                        });
    }

    private boolean alive() {
        family = processes.getFirst().descendants().toList();
        return processes.getFirst().isAlive();
    }

    private String text() {
        try {
            return Files.readString(out) + Files.readString(err);
        } catch (IOException e) {
            return e.toString();
        }
    }

    String get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Ends what was started, the demo last; nothing may be left behind. */
    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.destroy();
        }
        for (Process process : processes) {
            await().atMost(Duration.ofMinutes(1)).until(() -> !process.isAlive());
        }
        http.close();
        assertThat(family).as("processes left behind").noneMatch(ProcessHandle::isAlive);
    }
}
