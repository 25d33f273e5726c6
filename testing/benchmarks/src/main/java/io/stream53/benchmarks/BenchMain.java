package io.stream53.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program behind {@code ./stream53 bench}. */
@Command(
        name = "stream53 bench",
        description = "Measures parts of stream53 on this machine and prints JSON.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AgentBench.class,
            ProcessorBench.class,
            DocumentsBench.class,
            SinkBench.class,
            JmhBench.class
        })
public final class BenchMain {
    private static final int USAGE = 2;

    private BenchMain() {}

    /** Runs one benchmark; the exit status is 0, 1 (failed) or 2 (called wrongly). */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        return new CommandLine(new BenchMain())
                .setParameterExceptionHandler(BenchMain::calledWrongly)
                .setExecutionExceptionHandler(BenchMain::failed)
                .execute(arguments);
    }

    private static int calledWrongly(CommandLine.ParameterException e, String[] arguments) {
        e.getCommandLine().getErr().println("stream53 bench: " + e.getMessage() + "; see --help");
        return USAGE;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println("stream53 bench: " + e.getMessage());
        return e instanceof java.io.IOException || e instanceof IllegalArgumentException
                ? USAGE
                : 1;
    }
}
