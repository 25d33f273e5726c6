package io.stream53.apply;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Applies what was asked for, in the order of {@link Part}. All servers are asked what they are
 * before anything is sent to any of them.
 *
 * @param parts whose server is missing are left out
 * @param connector file of {@code connect-config/connectors}, without its ending
 * @param settings of the connector, over those of the file
 * @param dryRun whether nothing is changed
 * @param meanwhile runs again and again while the connector is waited for; may throw
 */
public record Apply(
        Servers servers,
        Set<Part> parts,
        String connector,
        Map<String, String> settings,
        boolean dryRun,
        Runnable meanwhile) {
    /**
     * Returns what became of each thing, and tells it as soon as it is known.
     *
     * @throws ApplyError at the first thing that cannot be done; those before it are done
     */
    public List<Change> run(Consumer<Change> each) {
        List<Change> all = new ArrayList<>();
        for (Supplier<List<Change>> step : steps().values()) {
            List<Change> changes = step.get();
            changes.forEach(each);
            all.addAll(changes);
        }
        return all;
    }

    private Map<Part, Supplier<List<Change>>> steps() {
        Map<Part, Supplier<List<Change>>> steps = new EnumMap<>(Part.class);
        Server registry = servers.registry();
        if (registry != null && parts.contains(Part.SCHEMAS)) {
            Schemas schemas = new Schemas(registry);
            schemas.check();
            steps.put(Part.SCHEMAS, () -> schemas.apply(dryRun));
        }
        addEngine(steps);
        Server dashboards = servers.dashboards();
        if (dashboards != null && parts.contains(Part.DASHBOARDS)) {
            Dashboards objects = new Dashboards(dashboards);
            objects.check();
            steps.put(Part.DASHBOARDS, () -> objects.apply(dryRun));
        }
        Server connect = servers.connect();
        if (connect != null && parts.contains(Part.CONNECTOR)) {
            Connector sink = new Connector(connect, connector, addresses(), settings, meanwhile);
            sink.check();
            steps.put(Part.CONNECTOR, () -> sink.apply(dryRun));
        }
        return steps;
    }

    private void addEngine(Map<Part, Supplier<List<Change>>> steps) {
        Server server = servers.engine();
        if (server == null || !(parts.contains(Part.TEMPLATES) || parts.contains(Part.POLICIES))) {
            return;
        }
        Engine engine = Engine.of(server);
        Policies policies = new Policies(server, engine);
        if (parts.contains(Part.TEMPLATES)) {
            Templates templates = new Templates(server, engine, policies.hasIlm());
            steps.put(Part.TEMPLATES, () -> templates.apply(dryRun));
        }
        if (parts.contains(Part.POLICIES)) {
            steps.put(Part.POLICIES, () -> policies.apply(dryRun));
        }
    }

    /** What the placeholders in connectors' files stand for. */
    private Map<String, String> addresses() {
        Map<String, String> addresses = new LinkedHashMap<>();
        Server engine = servers.engine();
        if (engine != null) {
            addresses.put("ELASTICSEARCH_URL", engine.urls());
            addresses.put("OPENSEARCH_URL", engine.urls());
        }
        Server registry = servers.registry();
        if (registry != null) {
            addresses.put("SCHEMA_REGISTRY_URL", registry.urls());
        }
        return addresses;
    }
}
