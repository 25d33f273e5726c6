package io.stream53.connect;

import io.stream53.serde.AvroDeserializer;
import io.stream53.serde.AvroSerializer;
import io.stream53.serde.RegistryRefusedException;
import io.stream53.serde.RegistryUnavailableException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.generic.GenericContainer;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Avro in Confluent's wire format as Connect data and back, for the types of {@link AvroData}. Its
 * keys are those of the serializer and deserializer: {@code schema.registry.url} and the rest.
 *
 * <p>A record that cannot be read is a {@link DataException}, for the dead-letter queue. A registry
 * that does not answer, or that refuses the credentials, says nothing about the record: that is a
 * {@link RetriableException}, and {@code errors.retry.timeout=-1} keeps Connect from giving up on
 * it.
 */
public final class AvroConverter implements Converter, Versioned {
    static final String AVRO_RECORDS = "avro.records";

    private static final ConfigDef DEFINITION =
            new ConfigDef()
                    .define(
                            "schema.registry.url",
                            ConfigDef.Type.LIST,
                            ConfigDef.NO_DEFAULT_VALUE,
                            ConfigDef.Importance.HIGH,
                            "URLs of the schema registry, with commas between.")
                    .define(
                            AVRO_RECORDS,
                            ConfigDef.Type.BOOLEAN,
                            false,
                            ConfigDef.Importance.LOW,
                            "Hand over Avro's records as they are, instead of Connect's structs:"
                                    + " less work for the sink of stream53, and nothing that"
                                    + " transforms or other connectors understand.");

    private final AvroData data = new AvroData();
    private boolean keepsAvro;
    private AvroDeserializer<Object> deserializer = new AvroDeserializer<>();
    private AvroSerializer<GenericContainer> serializer = new AvroSerializer<>();

    @Override
    public String version() {
        return ElasticsearchSinkConnector.version(AvroConverter.class);
    }

    @Override
    public ConfigDef config() {
        return DEFINITION;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        Map<String, Object> generic = new HashMap<>(configs);
        // Generated classes would not be what the writer's schema says.
        generic.put("specific.avro.reader", "false");
        keepsAvro = new AbstractConfig(DEFINITION, generic, false).getBoolean(AVRO_RECORDS);
        deserializer = new AvroDeserializer<>();
        deserializer.configure(generic, isKey);
        serializer = new AvroSerializer<>();
        serializer.configure(generic, isKey);
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return SchemaAndValue.NULL;
        }
        Object value = attempt(() -> deserializer.deserialize(topic, bytes));
        if (value instanceof GenericContainer record) {
            return keepsAvro
                    ? new SchemaAndValue(data.toConnectSchema(record.getSchema()), record)
                    : data.toConnect(record);
        }
        throw new DataException("A value of the topic " + topic + " is no Avro record.");
    }

    @Override
    @SuppressWarnings("NullAway") // Connect's contract: null stays null (a tombstone).
    public byte[] fromConnectData(String topic, @Nullable Schema schema, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (schema == null) {
            throw new DataException("A value of the topic " + topic + " has no schema.");
        }
        Object avro = value instanceof GenericContainer kept ? kept : data.toAvro(schema, value);
        if (avro instanceof GenericContainer record) {
            return attempt(() -> serializer.serialize(topic, record));
        }
        throw new DataException("A value of the topic " + topic + " is no struct.");
    }

    private static <T> T attempt(Supplier<T> call) {
        try {
            return call.get();
        } catch (RegistryUnavailableException | RegistryRefusedException e) {
            throw new RetriableException(e.getMessage(), e);
        } catch (SerializationException e) {
            throw new DataException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        deserializer.close();
        serializer.close();
    }
}
