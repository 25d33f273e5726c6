package io.stream53.processor;

import io.stream53.processor.task.Outage;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program: {@code ./stream53 processor}. */
@Command(
        name = "processor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Reads dns.raw, joins queries with responses, enriches and counts them, and writes"
                        + " dns.enriched and dns.tld-counts.",
        footer = {
            "",
            "Exit status: 143 after SIGTERM; 1 when processing failed and may be started again;",
            "2 when a setting, a topic or a permission has to be mended first."
        })
public final class ProcessorMain implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings, as flat properties.")
    private @Nullable Path config;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to start from.")
    private @Nullable String bootstrap;

    @Option(names = "--registry", paramLabel = "URL", description = "Schema registry.")
    private @Nullable String registry;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            description = "Consumer group, and prefix of internal topics.")
    private @Nullable String applicationId;

    @Option(
            names = "--geoip",
            paramLabel = "FILE",
            description = "MMDB file with locations or networks of addresses; may be repeated.")
    private List<String> geoip = List.of();

    @Option(names = "--state-dir", paramLabel = "DIR", description = "Folder for local state.")
    private @Nullable String stateDir;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            description = "Where /api, /health, /ready, /metrics and /ledger are served.")
    private @Nullable String http;

    public static void main(String[] args) {
        // The launcher's class path holds other programs too, with logging of their own.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "stream53-processor-logback.xml");
        }
        System.exit(new CommandLine(new ProcessorMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        try {
            Settings settings = Settings.load(config, System.getenv(), options());
            return new ProcessorApp(ProcessorConfig.of(settings)).run();
        } catch (ConfigurationException | IllegalArgumentException e) {
            err().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (KafkaException e) {
            err().println("Kafka's clients cannot start: " + Outage.sentence(e));
            return CommandLine.ExitCode.USAGE;
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(ProcessorMain.class).debug("The processor fails.", e);
            err().println("The processor fails: " + Outage.sentence(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private PrintWriter err() {
        return spec == null
                ? new PrintWriter(System.err, true, Charset.defaultCharset())
                : spec.commandLine().getErr();
    }

    private Map<Setting, String> options() {
        Map<Setting, String> options = new EnumMap<>(Setting.class);
        put(options, Setting.BOOTSTRAP, bootstrap);
        put(options, Setting.REGISTRY, registry);
        put(options, Setting.APPLICATION_ID, applicationId);
        put(options, Setting.GEOIP, geoip.isEmpty() ? null : String.join(",", geoip));
        put(options, Setting.STATE_DIR, stateDir);
        put(options, Setting.HTTP, http);
        return options;
    }

    private static void put(Map<Setting, String> options, Setting setting, @Nullable String value) {
        if (value != null) {
            options.put(setting, value);
        }
    }
}
