package io.stream53.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.SearchNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The engine's side of `bench sink`: templates, and how fast documents arrive. */
final class Indices {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ALL = "dns-enriched-*";
    private static final long POLL_MS = 20;
    private static final long PATIENCE_NS = 300_000_000_000L;

    private final SearchNode engine;

    /** Begins to write. */
    @FunctionalInterface
    interface Writer {
        void start() throws IOException, InterruptedException;
    }

    Indices(SearchNode engine) {
        this.engine = engine;
    }

    /**
     * The template of connect-config and what it is composed of. The engines here lack the modules
     * for lifecycles, and Elasticsearch that for constants too, which are keywords then.
     */
    void applyTemplate() throws IOException, InterruptedException {
        Path folder = Path.of(System.getProperty("stream53.root", "."), "connect-config");
        String template = Files.readString(folder.resolve("index-templates/dns-enriched.json"));
        for (JsonNode name : JSON.readTree(template).path("composed_of")) {
            Path file = folder.resolve("component-templates/" + name.asText() + ".json");
            boolean known = Files.exists(file) && !name.asText().contains("lifecycle");
            put(
                    "/_component_template/" + name.asText(),
                    known ? Files.readString(file) : "{\"template\":{}}");
        }
        put("/_index_template/dns-enriched", template);
    }

    private void put(String path, String body) throws IOException, InterruptedException {
        try {
            engine.call("PUT", path, body);
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("constant_keyword")) {
                throw e;
            }
            engine.call(
                    "PUT",
                    path,
                    body.replaceAll(
                            "\"constant_keyword\", *\"value\": *\"[^\"]*\"", "\"keyword\""));
        }
    }

    /**
     * Has documents written into a new index.
     *
     * @return how many a second, from a tenth of them to the last
     */
    double rate(int documents, Writer writer) throws IOException, InterruptedException {
        engine.call("DELETE", "/" + ALL, "");
        writer.start();
        long end = System.nanoTime() + PATIENCE_NS;
        long first = awaitIndexed(documents / 10, end);
        long firstAt = System.nanoTime();
        long last = awaitIndexed(documents, end);
        return (last - first) * 1e9 / (System.nanoTime() - firstAt);
    }

    private long awaitIndexed(long count, long end) throws IOException, InterruptedException {
        long indexed = indexed();
        while (indexed < count) {
            if (System.nanoTime() > end) {
                throw new IOException(
                        "only " + indexed + " of " + count + " documents came in five minutes");
            }
            Thread.sleep(POLL_MS);
            indexed = indexed();
        }
        return indexed;
    }

    private long indexed() throws IOException, InterruptedException {
        return engine.call("GET", "/" + ALL + "/_stats/indexing?filter_path=_all.primaries", "")
                .at("/_all/primaries/indexing/index_total")
                .asLong();
    }
}
