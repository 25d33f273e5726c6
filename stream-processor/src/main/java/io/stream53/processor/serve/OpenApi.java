package io.stream53.processor.serve;

import static io.stream53.processor.serve.RecordJson.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;

/**
 * The OpenAPI 3.1 document: paths, parameters and envelopes are written in {@code openapi.json},
 * the records in them are described by their Avro schemas, so that the two cannot differ.
 */
final class OpenApi {
    static final String PATH = "/api/openapi.json";

    private static final String COMPONENTS = "#/components/schemas/";
    private static final List<Schema> RECORDS =
            List.of(TldCount.SCHEMA$, NodeLedger.SCHEMA$, DnsTransaction.SCHEMA$);

    private OpenApi() {}

    static String text() {
        try (InputStream resource = OpenApi.class.getResourceAsStream("openapi.json")) {
            ObjectNode document =
                    (ObjectNode) new ObjectMapper().readTree(Objects.requireNonNull(resource));
            ObjectNode schemas = document.withObject("/components/schemas");
            RECORDS.forEach(record -> describe(record, schemas));
            ObjectNode latency = schemas.withObject("/Latency/properties");
            schemas.at("/TldCount/properties")
                    .properties()
                    .forEach(
                            field -> {
                                if (CountListing.isOfLatency(field.getKey())) {
                                    latency.set(field.getKey(), field.getValue());
                                }
                            });
            return document + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode describe(Schema schema, ObjectNode schemas) {
        return switch (schema.getType()) {
            case RECORD -> record(schema, schemas);
            case UNION -> describe(schema.getTypes().getLast(), schemas);
            case ARRAY -> type("array").set("items", describe(schema.getElementType(), schemas));
            case MAP ->
                    type("object")
                            .set("additionalProperties", describe(schema.getValueType(), schemas));
            case INT -> type("integer").put("format", "int32");
            case LONG ->
                    schema.getLogicalType() == null
                            ? type("integer").put("format", "int64")
                            : type("string").put("format", "date-time");
            case FLOAT, DOUBLE -> type("number");
            case BOOLEAN -> type("boolean");
            case STRING, ENUM, BYTES, FIXED, NULL -> type("string");
        };
    }

    private static ObjectNode type(String name) {
        return JSON.objectNode().put("type", name);
    }

    private static ObjectNode record(Schema schema, ObjectNode schemas) {
        ObjectNode reference = JSON.objectNode().put("$ref", COMPONENTS + schema.getName());
        if (schemas.has(schema.getName())) {
            return reference;
        }
        ObjectNode component = type("object");
        schemas.set(schema.getName(), component);
        if (schema.getDoc() != null) {
            component.put("description", schema.getDoc());
        }
        ObjectNode properties = component.putObject("properties");
        for (Schema.Field field : schema.getFields()) {
            if (field.schema().getType() != Schema.Type.BYTES) {
                JsonNode property = describe(field.schema(), schemas);
                if (field.doc() != null && property instanceof ObjectNode object) {
                    object.put("description", field.doc());
                }
                properties.set(field.name(), property);
            }
        }
        return reference;
    }
}
