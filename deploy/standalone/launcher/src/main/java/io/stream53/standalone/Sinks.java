package io.stream53.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.connect.ElasticsearchSinkConnector;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Puts the index templates into the engine and the sink connector into the worker: the files of
 * connect-config, as users apply them.
 */
final class Sinks {
    private static final List<String> TEMPLATES = List.of("dns-enriched", "dns-tld-counts");
    private static final String CONNECTOR = "connectors/elasticsearch-sink.json";
    private static final String NAME = "stream53-elasticsearch-sink";

    /** As many as this machine is likely to have cores to spare for. */
    private static final String TASKS = "2";

    private final Pipeline pipeline;

    Sinks(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** The consumer group of the sink. */
    static String group() {
        return "connect-" + NAME;
    }

    /** Needs the engine, the worker and the registry. */
    void create() {
        Http http = pipeline.http();
        Endpoints endpoints = pipeline.endpoints();
        for (String template : TEMPLATES) {
            http.call(
                    "PUT",
                    endpoints.search() + "/_index_template/" + template,
                    resource("index-templates/" + template + ".json"));
        }
        http.call(
                "PUT",
                endpoints.connect() + "/connectors/" + NAME + "/config",
                connector(endpoints).toString());
        Readiness.await("the sink", pipeline.children(), this::isRunning);
    }

    private static JsonNode connector(Endpoints endpoints) {
        String text =
                resource(CONNECTOR)
                        .replace("${SCHEMA_REGISTRY_URL}", endpoints.registry())
                        .replace("${ELASTICSEARCH_URL}", endpoints.search());
        try {
            ObjectNode config = (ObjectNode) Http.JSON.readTree(text).path("config");
            return config.setAll(Map.of("tasks.max", config.textNode(TASKS)));
        } catch (IOException e) {
            throw new UserError("The connector's configuration is no JSON: " + e.getMessage());
        }
    }

    /** Whether its tasks run; a task that failed says why. */
    private boolean isRunning() {
        String url = pipeline.endpoints().connect() + "/connectors/" + NAME + "/status";
        JsonNode tasks = pipeline.http().find(url).map(status -> status.path("tasks")).orElse(null);
        if (tasks == null || tasks.isEmpty()) {
            return false;
        }
        boolean running = true;
        for (JsonNode task : tasks) {
            if (task.path("state").asText().equals("FAILED")) {
                String trace = task.path("trace").asText();
                throw new UserError("The sink failed: " + trace.lines().findFirst().orElse(""));
            }
            running &= task.path("state").asText().equals("RUNNING");
        }
        return running;
    }

    /** Fails with one sentence when a task of the sink has failed. */
    void check() {
        isRunning();
    }

    private static String resource(String name) {
        try (InputStream in = ElasticsearchSinkConnector.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new UserError("The build lacks " + name + ": run 'mvn clean package' again.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UserError("The build's " + name + " cannot be read: " + e.getMessage());
        }
    }
}
