package io.stream53.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** One child process; its standard output and error are its log file. */
final class Child {
    private final String name;
    private final Process process;
    private final Path log;
    private final long startedNs = System.nanoTime();
    private volatile long readyNs;
    private volatile boolean stopping;
    private volatile boolean mayEnd;
    private volatile long peakKib = -1;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a child.
     *
     * @param input where its standard input comes from
     */
    static Child start(
            String name, Programs.Command command, Path log, ProcessBuilder.Redirect input) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command.words())
                            .redirectInput(input)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().put("CLASSPATH", command.classpath());
            return new Child(name, builder.start(), log);
        } catch (IOException e) {
            throw new UserError("The " + name + " cannot be started: " + e.getMessage() + ".");
        }
    }

    String name() {
        return name;
    }

    Path log() {
        return log;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** The exit status of a child that has ended. */
    int status() {
        return process.exitValue();
    }

    /** Its end is no failure if its status is 0. */
    void mayEnd() {
        mayEnd = true;
    }

    /** Called once when the child serves. */
    void ready() {
        readyNs = System.nanoTime();
    }

    /** From the start of the process to its first good answer; empty before. */
    OptionalLong startMs() {
        return readyNs == 0
                ? OptionalLong.empty()
                : OptionalLong.of(Duration.ofNanos(readyNs - startedNs).toMillis());
    }

    /** The largest resident set so far in KiB; empty where the system does not tell. */
    OptionalLong peakKib() {
        sample();
        return peakKib < 0 ? OptionalLong.empty() : OptionalLong.of(peakKib);
    }

    /** The system forgets the figure with the process, so it is taken down now and then. */
    private void sample() {
        peakKib = Math.max(peakKib, Memory.peakKib(pid()).orElse(-1));
    }

    /** Fails when the child has ended though nobody told it to. */
    void checkAlive() {
        sample();
        if (!alive() && !stopping && !(mayEnd && status() == 0)) {
            throw new UserError(
                    status() == UserError.USAGE ? UserError.USAGE : UserError.FAILED, death());
        }
    }

    /** One sentence about how it ended. */
    String death() {
        return "The %s ended with status %d; its log %s ends with: %s"
                .formatted(name, status(), log, lastLine());
    }

    /** The last line of its log that says something: stack frames do not. */
    String lastLine() {
        try {
            // The log may hold bytes of any kind.
            return Files.readString(log, StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.matches("\\s*(at |\\.\\.\\. ).*"))
                    .reduce((first, second) -> second)
                    .orElse("(nothing)")
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end (SIGTERM). */
    void terminate() {
        stopping = true;
        process.destroy();
    }

    /** Waits for the end; kills it when it takes too long. */
    void awaitEnd(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                process.waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
