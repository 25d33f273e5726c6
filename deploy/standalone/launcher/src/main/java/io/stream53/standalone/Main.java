package io.stream53.standalone;

import io.stream53.apply.ApplyCommand;
import io.stream53.apply.ApplyError;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The launcher's commands, without those that are programs of other modules. */
@Command(
        name = "stream53",
        description = "Every DNS transaction on every nameserver, seconds after it happened.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        subcommands = {
            Demo.class,
            Inspect.class,
            Tail.class,
            TopicsCommand.class,
            ApplyCommand.class,
            Main.Version.class
        })
public final class Main {
    private Main() {}

    /** Runs one command; the exit status is 0, 1 (failed) or 2 (called wrongly). */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setParameterExceptionHandler(Main::calledWrongly)
                .setExecutionExceptionHandler(Main::failed)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static int calledWrongly(CommandLine.ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        command.getErr()
                .printf(
                        "%s: %s; '%s --help' lists what there is.%n",
                        command.getCommandSpec().qualifiedName(),
                        withoutStop(String.valueOf(e.getMessage())),
                        command.getCommandSpec().qualifiedName());
        return UserError.USAGE;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println("stream53: " + sentence(e));
        return switch (e) {
            case UserError error -> error.status();
            case ApplyError error when error.calledWrongly() -> UserError.USAGE;
            default -> UserError.FAILED;
        };
    }

    /** One sentence for an expected failure; the kind and the place of an unexpected one. */
    private static String sentence(Exception e) {
        if (e instanceof UserError || e instanceof ApplyError) {
            return String.valueOf(e.getMessage());
        }
        StackTraceElement[] trace = e.getStackTrace();
        return "This should not have happened: %s%s; please report it."
                .formatted(e, trace.length == 0 ? "" : " at " + trace[0]);
    }

    private static String withoutStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    /** Prints the version. */
    @Command(name = "version", description = "Prints the version.")
    static final class Version implements Runnable {
        @Override
        public void run() {
            System.out.println(new VersionProvider().getVersion()[0]);
        }
    }
}
