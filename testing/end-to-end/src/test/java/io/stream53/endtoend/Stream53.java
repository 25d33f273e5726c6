package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code ./stream53} as a user does: a process of its own, in the repository's root. */
final class Stream53 {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What one run printed and how it ended. */
    record Run(int status, String out, String err) {
        /** Standard output as one JSON object. */
        JsonNode json() {
            return parse(out);
        }

        /** Standard output as one JSON object a line. */
        List<JsonNode> documents() {
            return out.lines().map(Run::parse).toList();
        }

        /** The last line of standard error that is a JSON object. */
        JsonNode ledgerOnStandardError() {
            return parse(err.lines().filter(line -> line.startsWith("{")).toList().getLast());
        }

        Run succeeded() {
            assertThat(status).as("status; standard error:%n%s", err).isZero();
            return this;
        }

        private static JsonNode parse(String text) {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Stream53() {}

    /** Runs a command to its end, for at most five minutes. */
    static Run run(Path folder, Object... arguments) throws IOException, InterruptedException {
        return run(folder, Map.of(), arguments);
    }

    /** Runs a command with more in its environment. */
    static Run run(Path folder, Map<String, String> environment, Object... arguments)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        List<String> command =
                new ArrayList<>(List.of(Requires.repository().resolve("stream53").toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process =
                builder.directory(Requires.repository().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        List<ProcessHandle> family = List.of();
        try {
            boolean ended = false;
            for (int second = 0; second < 300 && !ended; second++) {
                ended = process.waitFor(1, TimeUnit.SECONDS);
                family = ended ? family : process.descendants().toList();
            }
            assertThat(ended).as("ended within five minutes; %s", Files.readString(err)).isTrue();
            assertThat(family).as("processes left behind").noneMatch(ProcessHandle::isAlive);
        } finally {
            process.destroy();
        }
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
