package io.stream53.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link ContenderMain} that was started, and what was measured of it. */
final class ContenderProcess implements AutoCloseable {
    private static final int END_TIMEOUT_SECONDS = 30;

    /** One round. */
    record Round(long records, double seconds, double cpuSeconds) {
        double perSecond() {
            return records / seconds;
        }

        double cpuMicros() {
            return cpuSeconds * 1e6 / records;
        }
    }

    private final Contender contender;
    private final Process process;
    private final PrintStream in;
    private final BufferedReader out;
    private long totalRecords;
    private final List<Round> rounds = new ArrayList<>();

    ContenderProcess(Contender contender, StreamsContender.Place place, List<String> jvm)
            throws IOException {
        this.contender = contender;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // As ./stream53 processor runs.
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1g", "-Xlog:disable"));
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dlogback.configurationFile=stream53-launcher-logback.xml"));
        command.addAll(jvm);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        ContenderMain.class.getName(),
                        contender.name(),
                        place.bootstrap(),
                        place.registry(),
                        place.stateDir().toString(),
                        place.geoip().toString()));
        process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        out = process.inputReader(StandardCharsets.UTF_8);
    }

    Contender contender() {
        return contender;
    }

    /** Records read so far, those of the warm-up among them. */
    long totalRecords() {
        return totalRecords;
    }

    /** CPU a record in microseconds, of each round that counted. */
    List<Double> allCpuMicros() {
        return rounds.stream().map(round -> Math.round(round.cpuMicros() * 100) / 100.0).toList();
    }

    /** Lets it work, and measures for so long; waits for the figures. */
    Round run(double seconds) throws IOException {
        in.println(Math.round(seconds * 1000));
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the contender " + contender.text() + " ended");
        }
        String[] figures = line.split(" ", -1);
        totalRecords = Long.parseLong(figures[3]);
        return new Round(
                Long.parseLong(figures[0]),
                Long.parseLong(figures[1]) / 1e9,
                Long.parseLong(figures[2]) / 1e9);
    }

    /** Runs a round that counts. */
    void measure(double seconds) throws IOException {
        Round round = run(seconds);
        if (round.records() == 0) {
            throw new IOException(
                    contender.text() + " has read all records: give more with --records");
        }
        rounds.add(round);
    }

    /** The round in the middle, by CPU a record. */
    Round median() {
        List<Round> sorted = new ArrayList<>(rounds);
        sorted.sort(java.util.Comparator.comparingDouble(Round::cpuMicros));
        return sorted.get(sorted.size() / 2);
    }

    @Override
    public void close() {
        in.close();
        try {
            if (!process.waitFor(END_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
