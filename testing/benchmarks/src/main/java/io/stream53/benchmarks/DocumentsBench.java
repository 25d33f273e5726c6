package io.stream53.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.connect.ConnectFiles;
import io.stream53.fixtures.Folders;
import io.stream53.fixtures.SearchNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Bytes that a transaction takes in the search engine, by how its index is made. */
@Command(
        name = "documents",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Indexes the transactions of a capture in the engine of the demo, once for each way"
                        + " to make the index, and prints the bytes a document after a merge into"
                        + " one segment, as one JSON object.",
        footer = {
            "",
            "An engine that refuses a way to make the index (codecs, kinds of _source) says why in"
                    + " 'refused'."
        })
final class DocumentsBench implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INDEX = "/dns-bench";
    private static final int BULK = 2_000;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A capture file (default: the bundled one).")
    private @Nullable Path file;

    @Option(
            names = "--documents",
            paramLabel = "N",
            description = "At most so many, the first ones (default: ${DEFAULT-VALUE}).")
    private int most = 50_000;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            description = "Only the templates as they are and this variant; may be repeated.")
    private List<String> only = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path root = Path.of(System.getProperty("stream53.root", "."));
        Path capture =
                file == null ? root.resolve("deploy/standalone/sample/sample.pcap.gz") : file;
        List<String> documents = inspect(capture, root);
        Map<String, Object> bytes = new LinkedHashMap<>();
        Map<String, String> refused = new LinkedHashMap<>();
        Path folder = Files.createTempDirectory("stream53-bench");
        try (SearchNode engine = SearchNode.start(SearchNode.Kind.OPENSEARCH, folder, Map.of())) {
            for (IndexVariant variant : IndexVariant.all()) {
                if (!only.isEmpty() && !bytes.isEmpty() && !only.contains(variant.name())) {
                    continue;
                }
                SearchNode.Answer made = engine.ask("PUT", INDEX, index(variant).toString());
                if (made.isSuccess()) {
                    bytes.put(variant.name(), measure(engine, variant, documents));
                    System.err.printf(
                            "%s: %s bytes a document%n", variant.name(), bytes.get(variant.name()));
                    engine.call("DELETE", INDEX, "");
                } else {
                    refused.put(variant.name(), made.body().at("/error/reason").asText());
                }
            }
        } finally {
            Folders.delete(folder);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("capture", capture.getFileName().toString());
        result.put("documents", documents.size());
        result.put("jsonBytesPerDocument", jsonBytes(documents) / documents.size());
        result.put("bytesPerDocument", bytes);
        result.put("refused", refused);
        System.out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(result));
        return 0;
    }

    /** The documents as the sink would index them. */
    private List<String> inspect(Path capture, Path root) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dlogback.configurationFile=stream53-launcher-logback.xml",
                                "-Dstream53.root=" + root,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.stream53.standalone.Main",
                                "inspect",
                                capture.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        List<String> documents = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (documents.size() < most) {
                    documents.add(line);
                }
            }
        }
        if (process.waitFor() != 0 || documents.isEmpty()) {
            throw new IOException(capture + " has no transactions that can be read");
        }
        return documents;
    }

    private static long jsonBytes(List<String> documents) {
        return documents.stream()
                .mapToLong(document -> document.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    /** Settings and mappings of dns-enriched as an engine composes them, changed. */
    static ObjectNode index(IndexVariant variant) {
        ObjectNode whole = JSON.createObjectNode();
        for (JsonNode part :
                parse(ConnectFiles.indexTemplate("dns-enriched")).path("composed_of")) {
            JsonNode component = parse(ConnectFiles.componentTemplate(part.asText()));
            merge(whole, component.path("template"));
        }
        ObjectNode settings = (ObjectNode) whole.at("/settings/index");
        settings.remove(List.of("lifecycle", "auto_expand_replicas"));
        settings.put("number_of_replicas", 0);
        variant.index().accept(whole);
        return whole;
    }

    private static void merge(ObjectNode into, JsonNode from) {
        from.properties()
                .forEach(
                        entry -> {
                            if (into.path(entry.getKey()) instanceof ObjectNode there) {
                                merge(there, entry.getValue());
                            } else {
                                into.set(entry.getKey(), entry.getValue().deepCopy());
                            }
                        });
    }

    private static double measure(SearchNode engine, IndexVariant variant, List<String> documents)
            throws IOException, InterruptedException {
        for (int from = 0; from < documents.size(); from += BULK) {
            List<String> some = documents.subList(from, Math.min(documents.size(), from + BULK));
            JsonNode answer = engine.call("POST", INDEX + "/_bulk", bulk(variant, some));
            if (answer.path("errors").asBoolean()) {
                throw new IOException(variant.name() + ": " + answer.findValue("error"));
            }
        }
        engine.call("POST", INDEX + "/_forcemerge?max_num_segments=1&flush=true", "");
        engine.call("POST", INDEX + "/_refresh", "");
        JsonNode primaries =
                engine.call("GET", INDEX + "/_stats/store,docs", "").at("/_all/primaries");
        long count = primaries.at("/docs/count").asLong();
        if (count != documents.size()) {
            throw new IOException(variant.name() + ": the engine holds " + count + " documents");
        }
        return Math.round(10.0 * primaries.at("/store/size_in_bytes").asLong() / count) / 10.0;
    }

    private static String bulk(IndexVariant variant, List<String> documents) {
        StringBuilder body = new StringBuilder();
        for (String line : documents) {
            ObjectNode document = parse(line);
            String id = document.path("id").asText();
            variant.document().accept(document);
            body.append("{\"index\":{\"_id\":\"").append(id).append("\"}}\n");
            body.append(document).append('\n');
        }
        return body.toString();
    }

    /** A JSON object that stream53 itself wrote. */
    static ObjectNode parse(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON: " + text, e);
        }
    }
}
