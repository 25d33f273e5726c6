package io.stream53.processor;

import io.stream53.processor.task.Outage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program: {@code ./stream53 reset}. */
@Command(
        name = "reset",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Makes the stream processor begin anew: deletes its internal topics and its local"
                        + " state, and sets where it begins to read dns.raw. What it has written to"
                        + " its topics stays.",
        footer = {
            "",
            "Exit status: 1 when instances still run or the brokers refuse;",
            "2 when a setting is wrong or --yes is missing."
        })
public final class ResetMain implements Callable<Integer> {
    private static final int FAILED = 1;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The processor's settings, as flat properties.")
    private @Nullable Path config;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to start from.")
    private @Nullable String bootstrap;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            description = "Consumer group, and prefix of internal topics.")
    private @Nullable String applicationId;

    @Option(names = "--state-dir", paramLabel = "DIR", description = "Folder for local state.")
    private @Nullable String stateDir;

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            description =
                    "Where to begin in dns.raw: earliest (default), latest, or a time such as"
                            + " 2026-11-22T16:00:00Z, at which records came to the brokers.")
    private String to = "earliest";

    @Option(names = "--dry-run", description = "Only says what would be done.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Does it.")
    private boolean yes;

    public static void main(String[] args) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "stream53-reset-logback.xml");
        }
        System.exit(new CommandLine(new ResetMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            ProcessorConfig settings =
                    ProcessorConfig.of(Settings.load(config, System.getenv(), options()));
            Beginning beginning = Beginning.of(to);
            try (Admin admin = Admin.create(ProcessorApp.adminConfig(settings))) {
                return reset(new Reset(admin, settings), beginning);
            } catch (ExecutionException e) {
                return failed(
                        "The brokers at %s refuse or do not answer: %s."
                                .formatted(settings.bootstrap(), Outage.sentence(e)));
            } catch (Reset.RefusedException e) {
                return failed(e.getMessage());
            } catch (IOException e) {
                return failed("The local state cannot be deleted: " + e + ".");
            }
        } catch (ConfigurationException | IllegalArgumentException e) {
            err().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (KafkaException e) {
            err().println("Kafka's clients cannot start: " + Outage.sentence(e));
            return CommandLine.ExitCode.USAGE;
        }
    }

    private int reset(Reset reset, Beginning beginning)
            throws ExecutionException, InterruptedException, IOException {
        Reset.Plan plan = reset.plan(beginning);
        plan.sentences().forEach(out()::println);
        if (dryRun) {
            return CommandLine.ExitCode.OK;
        }
        if (!yes) {
            err().println("Nothing was done: say --yes to do it.");
            return CommandLine.ExitCode.USAGE;
        }
        reset.carryOut(plan);
        out().println("Done.");
        return CommandLine.ExitCode.OK;
    }

    private int failed(@Nullable String sentence) {
        err().println(sentence);
        return FAILED;
    }

    private PrintWriter err() {
        return spec == null
                ? new PrintWriter(System.err, true, Charset.defaultCharset())
                : spec.commandLine().getErr();
    }

    private PrintWriter out() {
        return spec == null
                ? new PrintWriter(System.out, true, Charset.defaultCharset())
                : spec.commandLine().getOut();
    }

    private Map<Setting, String> options() {
        Map<Setting, String> options = new EnumMap<>(Setting.class);
        put(options, Setting.BOOTSTRAP, bootstrap);
        put(options, Setting.APPLICATION_ID, applicationId);
        put(options, Setting.STATE_DIR, stateDir);
        return options;
    }

    private static void put(Map<Setting, String> options, Setting setting, @Nullable String value) {
        if (value != null) {
            options.put(setting, value);
        }
    }
}
