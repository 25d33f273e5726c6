package io.stream53.serde;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/** The reference of the schemas in Markdown: for each record a table of its fields. */
final class SchemaDoc {
    private static final String INTRODUCTION =
            """
            # Schema reference

            What flows through the topics, generated from `schemas/src/main/avro` by
            `mvn test -pl schemas -Dgolden.update=true`. Values are Avro in Confluent's wire format: a zero byte, the
            schema's id in the registry (four bytes, big-endian), the record. A field without a default is always
            written by whoever writes the record. In the index, and in what `inspect` prints, `timestamp` is
            `@timestamp`, times are ISO-8601, bytes are base64, and nulls and empty lists are left out. What the sink and the index
            templates add (`related.ip`, `source.*` and others) is in [connect.md](connect.md#fields).
            """;

    private SchemaDoc() {}

    /** A schema with the topic whose values have it, and how it may change. */
    record Topic(String topic, Schema schema, String evolution) {}

    static String markdown(List<Topic> topics) {
        StringBuilder out = new StringBuilder(INTRODUCTION);
        for (Topic topic : topics) {
            out.append("\n## ").append(topic.topic()).append("\n\n");
            out.append("`").append(topic.schema().getFullName()).append("`. ");
            out.append(topic.evolution()).append('\n');
            for (Schema record : records(topic.schema())) {
                table(record, out);
            }
        }
        return out.toString();
    }

    private static void table(Schema record, StringBuilder out) {
        out.append("\n### ").append(record.getName()).append("\n\n");
        out.append(record.getDoc()).append("\n\n");
        out.append("| field | type | default | meaning |\n| --- | --- | --- | --- |\n");
        for (Schema.Field field : record.getFields()) {
            out.append("| `").append(field.name()).append("` | ");
            out.append(type(field.schema())).append(" | ");
            out.append(defaultValue(field)).append(" | ");
            out.append(cell(field.doc())).append(" |\n");
        }
    }

    /** The record and those within it, each once, in the order in which they are met. */
    static List<Schema> records(Schema schema) {
        Set<Schema> records = new LinkedHashSet<>();
        collect(schema, records);
        return new ArrayList<>(records);
    }

    private static void collect(Schema schema, Set<Schema> records) {
        switch (schema.getType()) {
            case RECORD -> {
                if (records.add(schema)) {
                    schema.getFields().forEach(field -> collect(field.schema(), records));
                }
            }
            case UNION -> schema.getTypes().forEach(type -> collect(type, records));
            case ARRAY -> collect(schema.getElementType(), records);
            case MAP -> collect(schema.getValueType(), records);
            default -> {}
        }
    }

    private static String type(Schema schema) {
        return switch (schema.getType()) {
            case RECORD ->
                    "["
                            + schema.getName()
                            + "](#"
                            + schema.getName().toLowerCase(java.util.Locale.ROOT)
                            + ")";
            case UNION -> type(schema.getTypes().get(1)) + " or null";
            case ARRAY -> "list of " + type(schema.getElementType());
            case MAP -> "map of " + type(schema.getValueType());
            default ->
                    schema.getLogicalType() == null
                            ? schema.getType().getName()
                            : schema.getType().getName()
                                    + " ("
                                    + schema.getLogicalType().getName()
                                    + ")";
        };
    }

    private static String defaultValue(Schema.Field field) {
        if (!field.hasDefaultValue()) {
            return "";
        }
        Object value = field.defaultVal();
        if (JsonProperties.NULL_VALUE.equals(value)) {
            return "null";
        }
        if (value instanceof byte[] || value instanceof String) {
            String text = value instanceof String string ? string : "";
            return text.isEmpty() ? "empty" : "`" + text + "`";
        }
        return "`" + value + "`";
    }

    private static String cell(String text) {
        return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;");
    }
}
