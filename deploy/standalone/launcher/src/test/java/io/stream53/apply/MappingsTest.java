package io.stream53.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MappingsTest {
    @Test
    void onlyWhatAnIndexLacksIsAdded() {
        JsonNode wanted =
                Json.of(
                        """
                        {"a": {"type": "keyword"},
                         "b": {"properties": {"c": {"type": "long"}, "d": {"type": "ip"}}},
                         "e": {"type": "nested", "properties": {"f": {"type": "long"}, "g": {"type": "long"}}},
                         "h": {"properties": {"i": {"type": "long"}}}}""");
        JsonNode found =
                Json.of(
                        """
                        {"a": {"type": "text"},
                         "b": {"properties": {"c": {"type": "long"}}},
                         "e": {"type": "nested", "properties": {"f": {"type": "long"}}},
                         "h": {"type": "keyword"}, "mine": {"type": "keyword"}}""");
        assertThat(Mappings.missing(wanted, found))
                .isEqualTo(
                        Json.of(
                                """
                                {"b": {"properties": {"d": {"type": "ip"}}},
                                 "e": {"type": "nested", "properties": {"g": {"type": "long"}}}}"""));
        assertThat(Mappings.missing(wanted, wanted)).isEmpty();
    }

    @Test
    void fieldsAreThoseOfThePartsInTheirOrder() {
        JsonNode template = Json.of("{\"composed_of\": [\"x\", \"y\", \"z@custom\"]}");
        JsonNode x =
                Json.of(
                        "{\"template\": {\"mappings\": {\"properties\": {\"a\": {\"type\": \"long\"}, \"o\": {\"properties\": {\"p\": {\"type\": \"ip\"}}}}}}}");
        JsonNode y =
                Json.of(
                        "{\"template\": {\"mappings\": {\"properties\": {\"a\": {\"type\": \"keyword\"}, \"o\": {\"properties\": {\"q\": {\"type\": \"ip\"}}}}}}}");
        assertThat(Mappings.properties(template, Map.of("x", x, "y", y)))
                .isEqualTo(
                        Json.of(
                                "{\"a\": {\"type\": \"keyword\"}, \"o\": {\"properties\": {\"p\": {\"type\": \"ip\"}, \"q\": {\"type\": \"ip\"}}}}"));
    }
}
