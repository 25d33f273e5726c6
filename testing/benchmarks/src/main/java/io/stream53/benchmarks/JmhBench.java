package io.stream53.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Single steps, with JMH. */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Runs the benchmarks of single steps whose names match, or all.")
final class JmhBench implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "REGEX", description = "Names of benchmarks.")
    private List<String> names = List.of();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Length of an iteration (default: ${DEFAULT-VALUE}).")
    private int seconds = 2;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            description = "Of warm-up, and again of measurement (default: ${DEFAULT-VALUE}).")
    private int iterations = 5;

    @Option(names = "--gc", description = "Also bytes allocated by each operation.")
    private boolean gc;

    @Override
    public Integer call() throws IOException {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .forks(1)
                        .warmupIterations(iterations)
                        .warmupTime(TimeValue.seconds(seconds))
                        .measurementIterations(iterations)
                        .measurementTime(TimeValue.seconds(seconds))
                        .jvmArgsAppend("-XX:+UseSerialGC", "-Xmx512m");
        names.forEach(options::include);
        if (gc) {
            options.addProfiler(GCProfiler.class);
        }
        try {
            new Runner(options.build()).run();
            return 0;
        } catch (RunnerException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
