package io.stream53.connect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.TestRegistry;
import io.stream53.fuzz.Broken;
import io.stream53.schema.DnsTransaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Records of dns.enriched, whose producer is whoever may write there, as the sink's documents: of
 * any bytes either a {@link DataException} or one line of JSON, the same by way of Connect's
 * structs. The input is a value without Confluent's header.
 */
public final class DocumentFuzzer {
    private static final String TOPIC = "dns.enriched";
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final TestRegistry REGISTRY = TestRegistry.start();
    private static final int SCHEMA_ID =
            REGISTRY.register(TOPIC + "-value", DnsTransaction.getClassSchema());
    private static final AvroConverter RECORDS = converter(true);
    private static final AvroConverter STRUCTS = converter(false);
    private static final DocumentWriter WRITER = new DocumentWriter();

    static {
        // From now on the schema is known, and no input waits for the registry.
        fuzzerTestOneInput(new byte[0]);
        REGISTRY.stop();
    }

    private DocumentFuzzer() {}

    private static AvroConverter converter(boolean keepsAvro) {
        AvroConverter converter = new AvroConverter();
        converter.configure(
                Map.of(
                        "schema.registry.url",
                        REGISTRY.url(),
                        AvroConverter.AVRO_RECORDS,
                        Boolean.toString(keepsAvro)),
                false);
        return converter;
    }

    /** Makes a document of the record, both ways. */
    public static void fuzzerTestOneInput(byte[] data) {
        byte[] value =
                ByteBuffer.allocate(5 + data.length)
                        .put((byte) 0)
                        .putInt(SCHEMA_ID)
                        .put(data)
                        .array();
        byte[] document = document(RECORDS, value);
        Broken.unless(
                Arrays.equals(document, document(STRUCTS, value)),
                "another document by way of structs");
        if (document != null) {
            requireOneLine(document);
        }
    }

    /** Null when the record is refused. */
    private static byte @Nullable [] document(AvroConverter converter, byte[] value) {
        try {
            SchemaAndValue read = converter.toConnectData(TOPIC, value);
            return WRITER.write(new RecordValue(read.schema(), read.value()));
        } catch (DataException refused) {
            return null;
        }
    }

    private static void requireOneLine(byte[] document) {
        for (byte one : document) {
            Broken.unless(one != '\n', "a newline in a document");
        }
        try {
            Broken.unless(JSON.readTree(document).isObject(), "no object");
        } catch (IOException e) {
            Broken.unless(false, "no JSON: " + e + " " + HexFormat.of().formatHex(document));
        }
    }
}
