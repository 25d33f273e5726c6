package io.stream53.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the documents that the engine holds to a file, as they were indexed. */
final class Documents {
    private final Pipeline pipeline;

    Documents(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** All transactions, one a line, in no order. */
    void dump(Path file) {
        String search = pipeline.endpoints().search();
        JsonNode page =
                pipeline.http()
                        .call(
                                "POST",
                                search + "/dns-enriched-*/_search?scroll=1m",
                                "{\"size\": 1000, \"sort\": [\"_doc\"]}");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            while (!page.path("hits").path("hits").isEmpty()) {
                for (JsonNode hit : page.path("hits").path("hits")) {
                    out.write(hit.path("_source").toString());
                    out.newLine();
                }
                String next =
                        "{\"scroll\": \"1m\", \"scroll_id\": \"%s\"}"
                                .formatted(page.path("_scroll_id").asText());
                page = pipeline.http().call("POST", search + "/_search/scroll", next);
            }
        } catch (IOException e) {
            throw new UserError("The documents cannot be written to %s: %s.".formatted(file, e));
        }
    }
}
