package io.stream53.serde;

import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.io.DatumWriter;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes Avro records, specific or generic, in Confluent's wire format, and registers their schemas
 * unless told not to. A null value stays null. For any thread, as a producer may have several.
 *
 * <p>Keys: those of the registry's connection, {@code auto.register.schemas} (true), {@code
 * normalize.schemas} (false), {@code use.latest.version} (false; needs {@code
 * auto.register.schemas=false}), {@code latest.compatibility.strict} (true), {@code
 * avro.remove.java.properties} (true), {@code key.subject.name.strategy} and {@code
 * value.subject.name.strategy} (TopicNameStrategy).
 */
public final class AvroSerializer<T extends GenericContainer> implements Serializer<T> {
    static {
        // Whoever has one of these makes records too, and Avro asks whom to trust even for
        // defaults.
        AvroModel.load();
    }

    private static final int TARGETS = 1_000;

    /** A buffer that a large record made this long is not kept. */
    private static final int LARGEST_KEPT_BUFFER = 1 << 20;

    /** Where records of one schema in one topic go. */
    private record Target<T>(String topic, Schema schema, int id, DatumWriter<T> writer) {}

    private record TopicSchema(String topic, Schema schema) {}

    private final ThreadLocal<BytesEncoder> encoders = ThreadLocal.withInitial(BytesEncoder::new);
    private final BoundedCache<TopicSchema, Target<T>> targets = new BoundedCache<>(TARGETS);
    private volatile @Nullable Target<T> last;
    private @Nullable RegistryClient client;
    private boolean ownClient;
    private SerdeConfig config;

    /** For Kafka, which calls {@link #configure}. */
    public AvroSerializer() {
        config = SerdeConfig.from(Map.of(), false);
    }

    /** Uses the caller's client, which it does not close; the registry's keys are not read. */
    public AvroSerializer(RegistryClient client, Map<String, ?> configs, boolean isKey) {
        this.client = client;
        config = SerdeConfig.from(configs, isKey);
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        config = SerdeConfig.from(configs, isKey);
        if (client == null) {
            client = RegistryClient.acquire(configs);
            ownClient = true;
        }
    }

    /**
     * @throws SerializationException when the record does not fit its schema
     * @throws RegistryUnavailableException when the schema's id is not known yet and no registry
     *     answers
     * @throws RegistryRefusedException when the registry refuses the schema
     */
    @Override
    // Kafka's contract: null stays null (a tombstone). The same schema object is nearly always met,
    // and then there is no look-up and no deep comparison.
    @SuppressWarnings({"NullAway", "ReferenceEquality"})
    public byte[] serialize(String topic, @Nullable T value) {
        if (value == null) {
            return null;
        }
        Target<T> target = last;
        if (target == null
                || target.schema() != value.getSchema()
                || !target.topic().equals(topic)
                || config.useLatest()) {
            target = target(topic, value);
            last = target;
        }
        try {
            return encode(target, value);
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "A record does not fit schema "
                            + target.schema().getFullName()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private byte[] encode(Target<T> target, T value) throws IOException {
        BytesEncoder encoder = encoders.get();
        encoder.reset(WireFormat.HEADER_BYTES);
        target.writer().write(value, encoder);
        byte[] bytes = encoder.copy();
        WireFormat.writeHeader(bytes, 0, target.id());
        if (bytes.length > LARGEST_KEPT_BUFFER) {
            encoders.remove();
        }
        return bytes;
    }

    private Target<T> target(String topic, T value) {
        Schema schema = value.getSchema();
        TopicSchema key = new TopicSchema(topic, schema);
        Target<T> known = targets.get(key);
        if (known != null && !config.useLatest()) {
            return new Target<>(topic, schema, known.id(), known.writer());
        }
        Schema published = config.removeJavaProperties() ? AvroModel.published(schema) : schema;
        String subject = config.names().subject(topic, config.isKey(), schema);
        Target<T> target;
        if (config.autoRegister()) {
            int id = client().register(subject, published, config.normalize());
            target = new Target<>(topic, schema, id, AvroModel.writer(value, schema));
        } else if (config.useLatest()) {
            RegistryClient.Registered latest = client().latest(subject);
            if (known != null && known.id() == latest.id()) {
                return known;
            }
            target =
                    new Target<>(
                            topic,
                            schema,
                            latest.id(),
                            latestWriter(subject, value, latest.schema()));
        } else {
            int id = client().lookup(subject, published, config.normalize());
            target = new Target<>(topic, schema, id, AvroModel.writer(value, schema));
        }
        targets.put(key, target);
        return target;
    }

    private DatumWriter<T> latestWriter(String subject, T value, Schema latest) {
        Schema schema = value.getSchema();
        DatumWriter<T> writer = AvroModel.writer(value, schema);
        if (AvroModel.published(schema).equals(latest)) {
            return writer;
        }
        SchemaCompatibilityType type =
                SchemaCompatibility.checkReaderWriterCompatibility(latest, schema).getType();
        if (config.latestStrict() && type != SchemaCompatibilityType.COMPATIBLE) {
            throw new InvalidConfigurationException(
                    "The latest schema of "
                            + subject
                            + " cannot read records of "
                            + schema.getFullName()
                            + " as this program writes them.");
        }
        return new ConvertingWriter<>(writer, schema, latest);
    }

    private RegistryClient client() {
        if (client == null) {
            throw new IllegalStateException("AvroSerializer was not configured");
        }
        return client;
    }

    @Override
    public void close() {
        if (ownClient && client != null) {
            client.release();
            client = null;
            ownClient = false;
        }
    }
}
