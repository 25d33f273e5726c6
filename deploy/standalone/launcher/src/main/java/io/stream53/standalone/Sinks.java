package io.stream53.standalone;

import io.stream53.apply.Apply;
import io.stream53.apply.Part;
import io.stream53.apply.Servers;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Schemas, templates and the sink connector, applied to the demo's parts as {@code ./stream53
 * apply} applies them to the user's.
 */
final class Sinks {
    private static final String FILE = "elasticsearch-sink";
    private static final String NAME = "stream53-" + FILE;

    /**
     * As many tasks as this machine is likely to have cores to spare for. Captures may be of any
     * age, and have few days.
     */
    private static final Map<String, String> SETTINGS =
            Map.of("tasks.max", "2", "index.window.past", "off", "index.window.future", "off");

    private final Pipeline pipeline;

    Sinks(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** The consumer group of the sink. */
    static String group() {
        return "connect-" + NAME;
    }

    /** Needs the engine, the worker and the registry; returns when the sink runs. */
    void create() {
        Endpoints endpoints = pipeline.endpoints();
        try (Servers servers =
                Servers.of(
                        List.of(endpoints.search()),
                        List.of(endpoints.registry()),
                        endpoints.connect(),
                        null,
                        null,
                        // The parts are on loopback and ask for no credentials.
                        Map.of())) {
            Apply apply =
                    new Apply(
                            servers,
                            EnumSet.allOf(Part.class),
                            FILE,
                            SETTINGS,
                            false,
                            pipeline.children()::checkAlive);
            apply.run(change -> {});
        }
    }
}
