package io.stream53.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * The files of {@code connect-config} that programs need too: templates, policies, dashboards and
 * connector configurations, from this module's jar. Names are those of the files, without their
 * endings.
 */
public final class ConnectFiles {
    private static final String JSON = ".json";

    /** Names of the composable index templates, each the body of a file. */
    public static final List<String> INDEX_TEMPLATES = names("index-templates");

    private ConnectFiles() {}

    /** The JSON to {@code PUT} to {@code /_index_template/<name>}. */
    public static String indexTemplate(String name) {
        return read("index-templates/" + name + JSON);
    }

    /** Names of the component templates that index templates are composed of. */
    public static List<String> componentTemplates() {
        return names("component-templates");
    }

    /** The JSON to {@code PUT} to {@code /_component_template/<name>}. */
    public static String componentTemplate(String name) {
        return read("component-templates/" + name + JSON);
    }

    /** Names of the policies' files: of Elasticsearch's ILM and of OpenSearch's ISM. */
    public static List<String> lifecycles() {
        return names("lifecycle");
    }

    /** The JSON of a policy, such as {@code elasticsearch-ilm} or {@code opensearch-ism}. */
    public static String lifecycle(String name) {
        return read("lifecycle/" + name + JSON);
    }

    /**
     * Saved objects, one a line.
     *
     * @param kind {@code kibana} or {@code opensearch-dashboards}
     */
    public static String dashboards(String kind) {
        return read("dashboards/" + kind + "/stream53.ndjson");
    }

    /** Names of the connectors' configurations. */
    public static List<String> connectors() {
        return names("connectors");
    }

    /**
     * The JSON of a connector, {@code {"name": ..., "config": {...}}}, with the placeholders {@code
     * ${ELASTICSEARCH_URL}} (or {@code ${OPENSEARCH_URL}}) and {@code ${SCHEMA_REGISTRY_URL}}.
     *
     * @param name of the file without its ending, such as {@code elasticsearch-sink}
     */
    public static String connector(String name) {
        return read("connectors/" + name + JSON);
    }

    /**
     * Every JSON file in a folder, sorted: what the folder holds, so that none can be forgotten.
     */
    private static List<String> names(String folder) {
        URL url = ConnectFiles.class.getResource(folder);
        if (url == null) {
            return List.of();
        }
        try {
            return list(url).stream()
                    .filter(name -> name.endsWith(JSON))
                    .map(name -> name.substring(0, name.length() - JSON.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The class path has an entry that is no path", e);
        }
    }

    /** Names in a folder of the class path: a jar, or a folder in a build. */
    private static List<String> list(URL url) throws IOException, URISyntaxException {
        if (url.openConnection() instanceof JarURLConnection jar) {
            String prefix = jar.getEntryName().replaceAll("/*$", "/");
            // The jar is the class loader's own, and stays open with it.
            return jar.getJarFile().stream()
                    .map(ZipEntry::getName)
                    .filter(entry -> entry.startsWith(prefix))
                    .map(entry -> entry.substring(prefix.length()))
                    .toList();
        }
        try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
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
