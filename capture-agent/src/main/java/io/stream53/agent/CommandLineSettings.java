package io.stream53.agent;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line; its options are the {@link AgentSetting}s. */
final class CommandLineSettings {
    private final CommandSpec spec = CommandSpec.create().name("stream53 agent");

    CommandLineSettings() {
        spec.usageMessage()
                .description(
                        "Captures DNS messages and publishes them to Kafka, from files (--pcap),"
                                + " a folder of them (--folder) or an interface (--interface).")
                .footer(
                        "",
                        "Each option is also a setting of --config's properties file (dots for"
                                + " dashes, without the leading ones) and a variable of the"
                                + " environment (STREAM53_AGENT_SCHEMA_ID); Kafka's own settings"
                                + " are kafka.*, the registry client's schema.registry.*.",
                        "Exit status: 0 everything read is published, 1 something failed on the"
                                + " way, 2 it could not start as asked.");
        for (AgentSetting setting : AgentSetting.values()) {
            spec.addOption(option(setting));
        }
        spec.addOption(
                OptionSpec.builder("--config")
                        .type(String.class)
                        .paramLabel("FILE")
                        .description("Properties file with settings.")
                        .build());
        spec.addOption(
                OptionSpec.builder("--check-config")
                        .description(
                                "Say everything that is wrong with the configuration, and end;"
                                        + " nothing is captured, and nobody connected to.")
                        .build());
        spec.addOption(
                OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help.")
                        .build());
    }

    private static OptionSpec option(AgentSetting setting) {
        String value = setting.defaultText();
        return OptionSpec.builder(name(setting))
                .type(setting.isList() ? List.class : String.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel("VALUE")
                .description(
                        setting.meaning() + (value.isEmpty() ? "" : " Default: " + value + "."))
                .build();
    }

    private static String name(AgentSetting setting) {
        return "--" + setting.key().replace('.', '-');
    }

    /**
     * What was asked for.
     *
     * @param values of file, environment and command line
     * @param checkOnly {@code --check-config} was given
     */
    record Request(SettingValues values, boolean checkOnly) {}

    /**
     * The settings of file, environment and command line, each over the one before; null when only
     * help was asked for.
     *
     * @throws ConfigurationException with one sentence for wrong usage
     */
    @Nullable Request parse(String[] args, Map<String, String> environment, PrintStream out) {
        CommandLine commandLine = new CommandLine(spec);
        ParseResult parsed;
        try {
            parsed = commandLine.parseArgs(args);
        } catch (ParameterException e) {
            throw new ConfigurationException(e.getMessage() + "; see --help", e);
        }
        if (parsed.isUsageHelpRequested()) {
            commandLine.usage(out);
            return null;
        }
        SettingValues values = new SettingValues();
        String file = parsed.matchedOptionValue("--config", "");
        if (!file.isEmpty()) {
            values.file(Path.of(file));
        }
        values.environment(environment);
        for (AgentSetting setting : AgentSetting.values()) {
            if (parsed.hasMatchedOption(name(setting))) {
                values.option(setting, parsed.matchedOption(name(setting)).originalStringValues());
            }
        }
        return new Request(values, parsed.hasMatchedOption("--check-config"));
    }
}
