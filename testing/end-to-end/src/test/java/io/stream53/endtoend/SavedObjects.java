package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The objects of a file that Kibana and OpenSearch Dashboards import, by type and id. */
final class SavedObjects {
    private final Map<String, JsonNode> objects = new LinkedHashMap<>();

    static SavedObjects read(Path file) throws IOException {
        SavedObjects saved = new SavedObjects();
        for (String line : Files.readAllLines(file)) {
            JsonNode object = Aggregations.JSON.readTree(line);
            String key = key(object.path("type").textValue(), object.path("id").textValue());
            assertThat(saved.objects.put(key, object)).as("%s twice", key).isNull();
        }
        return saved;
    }

    List<JsonNode> ofType(String type) {
        return objects.values().stream()
                .filter(object -> object.path("type").textValue().equals(type))
                .toList();
    }

    /** The object that a name among an object's references stands for. */
    JsonNode referred(JsonNode object, String name) {
        for (JsonNode reference : object.path("references")) {
            if (reference.path("name").textValue().equals(name)) {
                return get(reference.path("type").textValue(), reference.path("id").textValue());
            }
        }
        throw new AssertionError("no reference " + name + " in " + object.path("id"));
    }

    /** The names of the indices that a reference to a data view stands for. */
    String indices(JsonNode object, String name) {
        return referred(object, name).at("/attributes/title").textValue();
    }

    JsonNode get(String type, String id) {
        JsonNode found = objects.get(key(type, id));
        if (found == null) {
            throw new AssertionError(key(type, id) + " is not in the file");
        }
        return found;
    }

    /** Every reference leads to an object of the file. */
    void assertWhole() {
        for (JsonNode object : objects.values()) {
            for (JsonNode reference : object.path("references")) {
                get(reference.path("type").textValue(), reference.path("id").textValue());
            }
        }
    }

    /** JSON that is kept as a text inside of JSON. */
    static JsonNode parse(JsonNode text) {
        try {
            return Aggregations.JSON.readTree(text.textValue());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String key(String type, String id) {
        return type + ' ' + id;
    }
}
