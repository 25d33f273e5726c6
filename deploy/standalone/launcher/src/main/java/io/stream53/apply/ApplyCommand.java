package io.stream53.apply;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Brings the user's own servers to what this version needs. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Puts schemas, templates, policies, dashboards and the sink connector into your"
                        + " own servers. It may be run again at any time: what is there is left"
                        + " as it is.",
        footer = {
            "",
            "Credentials come from the environment: ELASTICSEARCH_USERNAME and"
                    + " ELASTICSEARCH_PASSWORD, or ELASTICSEARCH_API_KEY (the encoded form);"
                    + " DASHBOARDS_... (else the engine's); SCHEMA_REGISTRY_USERNAME and"
                    + " ..._PASSWORD; CONNECT_USERNAME and ..._PASSWORD. With _FILE at the end"
                    + " a variable names a file that holds the value.",
            "",
            "Exit status: 0 all is as it should be (with --dry-run: could be), 1 a server refused"
                    + " or did not answer, 2 called wrongly."
        })
public final class ApplyCommand implements Callable<Integer> {
    private enum Format {
        TEXT,
        JSON
    }

    private final Map<String, String> environment;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            split = ",",
            description = "Elasticsearch or OpenSearch; may be repeated, for one cluster.")
    private List<String> engine = List.of();

    @Option(
            names = "--registry",
            paramLabel = "URL",
            split = ",",
            description = "Schema registry; may be repeated.")
    private List<String> registry = List.of();

    @Option(
            names = "--connect",
            paramLabel = "URL",
            description = "Kafka Connect; needs --url and --registry, which its connector is told.")
    private @Nullable String connect;

    @Option(
            names = "--dashboards",
            paramLabel = "URL",
            description =
                    "Kibana or OpenSearch Dashboards, with the space if there is one"
                            + " (https://kibana.example/s/dns).")
    private @Nullable String dashboards;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description =
                    "Only these of schemas, templates, policies, dashboards, connector, with"
                            + " commas between.")
    private List<Part> only = List.of();

    @Option(
            names = "--dry-run",
            description = "Says what would change, value by value, and changes nothing.")
    private boolean dryRun;

    @Option(
            names = "--connector",
            paramLabel = "NAME",
            description =
                    "File of connect-config/connectors, without its ending (default:"
                            + " ${DEFAULT-VALUE}).")
    private String connector = "elasticsearch-sink";

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description =
                    "Setting of the connector, over its file's; may be repeated, an empty value"
                            + " takes the setting away.")
    private Map<String, String> set = Map.of();

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description = "Properties file with settings of the connector.")
    private @Nullable Path settings;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Certificates (PEM) to trust instead of the JVM's.")
    private @Nullable Path ca;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            description = "Of the results: lines, or one JSON object a line (default: text).")
    private Format format = Format.TEXT;

    /** Called by picocli. */
    public ApplyCommand() {
        this(System.getenv());
    }

    ApplyCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        check();
        Map<String, String> own = settings();
        try (Servers servers = Servers.of(engine, registry, connect, dashboards, ca, environment)) {
            Apply apply =
                    new Apply(servers, parts(), connector, own, dryRun, new Progress()::waiting);
            List<Change> changes = apply.run(this::print);
            long needed = changes.stream().filter(Change::isNeeded).count();
            say(
                    "%d %s, %d %s"
                            .formatted(
                                    needed,
                                    dryRun ? "to change" : "changed",
                                    changes.size() - needed,
                                    "as they should be or skipped"));
            return 0;
        }
    }

    private Set<Part> parts() {
        return only.isEmpty() ? EnumSet.allOf(Part.class) : EnumSet.copyOf(only);
    }

    /** What can be known to be wrong is said before any server is asked. */
    private void check() {
        if (engine.isEmpty() && registry.isEmpty() && connect == null && dashboards == null) {
            throw ApplyError.usage(
                    "Name at least one server: --url, --registry, --connect or --dashboards.");
        }
        for (Part part : only) {
            String missing = missing(part);
            if (missing != null) {
                throw ApplyError.usage(
                        "--only %s needs %s."
                                .formatted(
                                        part.name().toLowerCase(java.util.Locale.ROOT), missing));
            }
        }
        if (!CONNECTORS.contains(connector)) {
            throw ApplyError.usage(
                    "There is no connector %s; there are %s."
                            .formatted(connector, String.join(", ", CONNECTORS)));
        }
        set.forEach(
                (key, value) -> {
                    if (Connector.isSecret(key) && !value.isEmpty() && !value.startsWith("${")) {
                        throw ApplyError.usage(
                                ("--set %s would show a secret to others on this machine: name it"
                                                + " by a configuration provider of the worker"
                                                + " (${file:PATH:KEY}), or put it into a file"
                                                + " for --settings.")
                                        .formatted(key));
                    }
                });
    }

    private static final List<String> CONNECTORS = io.stream53.connect.ConnectFiles.connectors();

    private @Nullable String missing(Part part) {
        return switch (part) {
            case SCHEMAS -> registry.isEmpty() ? "--registry" : null;
            case TEMPLATES, POLICIES -> engine.isEmpty() ? "--url" : null;
            case DASHBOARDS -> dashboards == null ? "--dashboards" : null;
            case CONNECTOR -> connect == null ? "--connect" : null;
        };
    }

    private Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>();
        if (settings != null) {
            Properties properties = new Properties();
            try (Reader in = Files.newBufferedReader(settings)) {
                properties.load(in);
            } catch (IOException | IllegalArgumentException e) {
                throw ApplyError.usage(
                        "--settings names %s, which cannot be read: check the path and its form."
                                .formatted(settings));
            }
            properties.forEach((key, value) -> all.put(key.toString(), value.toString()));
        }
        all.putAll(new TreeMap<>(set));
        return all;
    }

    private void print(Change change) {
        List<String> lines =
                format == Format.JSON
                        ? List.of(Report.json(change, dryRun))
                        : Report.text(change, dryRun);
        if (spec != null) {
            lines.forEach(spec.commandLine().getOut()::println);
            spec.commandLine().getOut().flush();
        }
    }

    private void say(String sentence) {
        if (spec != null) {
            spec.commandLine().getErr().println("stream53: " + sentence);
        }
    }

    /** Says once that something is being waited for. */
    private final class Progress {
        private boolean said;

        void waiting() {
            if (!said) {
                said = true;
                say("waiting for the connector to run");
            }
        }
    }
}
