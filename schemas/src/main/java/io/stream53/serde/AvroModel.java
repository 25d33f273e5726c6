package io.stream53.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.schema.DnsPacket;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions.TimestampMillisConversion;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Avro set up for stream53's generated classes: their package is trusted (Avro 1.12 refuses classes
 * that no system property names), and their generated coders are used, which are faster than Avro's
 * interpretation of the schema. Both without a system property.
 */
final class AvroModel {
    private static final String OUR_PACKAGE = DnsPacket.class.getPackageName();
    private static final String JAVA_STRING = "avro.java.string";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SpecificData OURS = create();

    static {
        trustOurPackage();
    }

    private AvroModel() {}

    /** Does what loading this class does. */
    static void load() {}

    static <T> DatumWriter<T> writer(T value, Schema schema) {
        if (value instanceof SpecificRecordBase
                && value.getClass().getPackageName().equals(OUR_PACKAGE)) {
            DatumWriter<T> compiled = CompiledWriter.of(schema);
            if (compiled != null) {
                return compiled;
            }
        }
        return value instanceof SpecificRecord
                ? new SpecificDatumWriter<>(schema, data(value.getClass()))
                : new GenericDatumWriter<>(schema);
    }

    /**
     * Reads what was written with one schema into records of another, from a {@link
     * CheckedDecoder}.
     */
    @SuppressWarnings("ReferenceEquality") // Another instance only takes the longer way.
    static <T> DatumReader<T> genericReader(Schema written, Schema wanted) {
        CompiledReader<T> compiled = written == wanted ? CompiledReader.of(written) : null;
        return compiled == null ? new GenericDatumReader<>(written, wanted) : compiled;
    }

    /** Reads what was written with a schema into the type's own, older or newer. */
    static <T> DatumReader<T> specificReader(Schema written, Class<?> type) {
        SpecificData data = data(type);
        return new SpecificDatumReader<>(written, data.getSchema(type), data);
    }

    /** The class that was generated from a schema of this name, null without one. */
    static @Nullable Class<?> generatedClass(Schema schema) {
        return OURS.getClass(schema);
    }

    private static SpecificData data(Class<?> type) {
        return type.getPackageName().equals(OUR_PACKAGE) ? OURS : SpecificData.getForClass(type);
    }

    /**
     * The schema as others should see it: without the notes for Java that code generation adds, so
     * that it has one id whoever registers it.
     */
    static Schema published(Schema schema) {
        String text = schema.toString();
        if (!text.contains(JAVA_STRING)) {
            return schema;
        }
        try {
            JsonNode json = JSON.readTree(text);
            json.findParents(JAVA_STRING)
                    .forEach(parent -> ((ObjectNode) parent).remove(JAVA_STRING));
            return new Schema.Parser().parse(json.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A schema is not JSON", e);
        }
    }

    private static SpecificData create() {
        SpecificData data = new SpecificData(AvroModel.class.getClassLoader());
        data.addLogicalTypeConversion(new TimestampMillisConversion());
        data.setCustomCoders(true);
        // Avro's "fast reader" would go before the generated coders, and is slower than they.
        data.setFastReaderEnabled(false);
        return data;
    }

    private static void trustOurPackage() {
        ClassSecurityPredicate others = ClassSecurityValidator.getGlobal();
        ClassSecurityValidator.setGlobal(
                new ClassSecurityPredicate() {
                    @Override
                    public boolean isTrusted(Class<?> type) {
                        return type.getPackageName().equals(OUR_PACKAGE) || others.isTrusted(type);
                    }

                    @Override
                    public void forbiddenClass(String className) {
                        others.forbiddenClass(className);
                    }
                });
    }
}
