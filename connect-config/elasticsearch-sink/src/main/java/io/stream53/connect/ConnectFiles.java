package io.stream53.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The files of {@code connect-config} that programs need too: index templates and connector
 * configurations, from this module's jar.
 */
public final class ConnectFiles {
    /** Names of the composable index templates, each the body of a file. */
    public static final List<String> INDEX_TEMPLATES = List.of("dns-enriched", "dns-tld-counts");

    private ConnectFiles() {}

    /** The JSON to {@code PUT} to {@code /_index_template/<name>}. */
    public static String indexTemplate(String name) {
        return read("index-templates/" + name + ".json");
    }

    /**
     * The JSON of a connector, {@code {"name": ..., "config": {...}}}, with the placeholders {@code
     * ${ELASTICSEARCH_URL}} (or {@code ${OPENSEARCH_URL}}) and {@code ${SCHEMA_REGISTRY_URL}}.
     *
     * @param name of the file without its ending, such as {@code elasticsearch-sink}
     */
    public static String connector(String name) {
        return read("connectors/" + name + ".json");
    }

    private static String read(String path) {
        try (InputStream in = ConnectFiles.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalArgumentException("There is no " + path + ".");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
