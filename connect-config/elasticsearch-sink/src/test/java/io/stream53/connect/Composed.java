package io.stream53.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Templates as an engine composes them: objects are merged, the later part's values win. */
final class Composed {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Composed() {}

    /** Settings and mappings that an index of this template gets. */
    static JsonNode template(String name) throws IOException {
        ObjectNode whole = JSON.createObjectNode();
        for (JsonNode part : JSON.readTree(ConnectFiles.indexTemplate(name)).path("composed_of")) {
            JsonNode file = JSON.readTree(ConnectFiles.componentTemplate(part.asText()));
            merge(whole, (ObjectNode) file.path("template"));
        }
        return whole;
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        from.properties()
                .forEach(
                        entry -> {
                            JsonNode there = into.path(entry.getKey());
                            if (there instanceof ObjectNode object
                                    && entry.getValue() instanceof ObjectNode more) {
                                merge(object, more);
                            } else {
                                into.set(entry.getKey(), entry.getValue().deepCopy());
                            }
                        });
    }
}
