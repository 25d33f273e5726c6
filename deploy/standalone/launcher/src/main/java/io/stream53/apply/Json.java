package io.stream53.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Small things with JSON. */
final class Json {
    private Json() {}

    /** The JSON of a file of the build. */
    static JsonNode of(String text) {
        try {
            return Server.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("A file of connect-config is no JSON", e);
        }
    }

    /** Removes nulls and empty objects and lists, from the inside. */
    static void prune(JsonNode json) {
        json.forEach(Json::prune);
        if (json instanceof ObjectNode object) {
            object.properties().removeIf(field -> isEmpty(field.getValue()));
        }
    }

    private static boolean isEmpty(JsonNode json) {
        return json.isNull() || (json.isContainerNode() && json.isEmpty());
    }
}
