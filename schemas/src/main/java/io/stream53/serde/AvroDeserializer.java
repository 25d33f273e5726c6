package io.stream53.serde;

import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro records in Confluent's wire format: generic ones, or with {@code
 * specific.avro.reader=true} the generated class that the schema names. Records of an older or
 * newer schema become the current class by Avro's rules. Null stays null. For any thread.
 */
public final class AvroDeserializer<T> implements Deserializer<T> {
    static {
        // Whoever has one of these makes records too, and Avro asks whom to trust even for
        // defaults.
        AvroModel.load();
    }

    private static final int READERS = 1_000;

    /**
     * What reads a schema's records.
     *
     * @param isPacket they are a DnsPacket's, which {@link DnsPacketReader} reads faster
     */
    private record Reader<T>(int id, DatumReader<T> reader, boolean isPacket) {}

    /** Decoders are big; each thread reuses one. */
    private static final class Input {
        @Nullable BinaryDecoder decoder;
        final CheckedDecoder checked = new CheckedDecoder();
        final DnsPacketReader packets = new DnsPacketReader();
    }

    private final ThreadLocal<Input> inputs = ThreadLocal.withInitial(Input::new);
    private final BoundedCache<Integer, Reader<T>> readers = new BoundedCache<>(READERS);
    private volatile @Nullable Reader<T> last;
    private @Nullable RegistryClient client;
    private boolean ownClient;
    private @Nullable Class<?> type;
    private SerdeConfig config;

    /** For Kafka, which calls {@link #configure}. */
    public AvroDeserializer() {
        config = SerdeConfig.from(Map.of(), false);
    }

    /** Uses the caller's client, which it does not close; the registry's keys are not read. */
    public AvroDeserializer(RegistryClient client, Map<String, ?> configs, boolean isKey) {
        this.client = client;
        config = SerdeConfig.from(configs, isKey);
    }

    private AvroDeserializer(RegistryClient client, Class<T> type) {
        this(client, Map.of(), false);
        this.type = type;
    }

    /** Reads values of one generated class; the caller's client is not closed. */
    public static <T extends SpecificRecord> AvroDeserializer<T> of(
            RegistryClient client, Class<T> type) {
        return new AvroDeserializer<>(client, type);
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
     * @throws SerializationException when the bytes are not such a record, or the registry does not
     *     know their schema
     * @throws RegistryUnavailableException when the schema is not known yet and no registry answers
     * @throws RegistryRefusedException when the registry refuses the credentials
     */
    @Override
    @SuppressWarnings("NullAway") // Kafka's contract: null stays null (a tombstone).
    public T deserialize(String topic, byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        int id = WireFormat.schemaId(value);
        Reader<T> reader = last;
        if (reader == null || reader.id() != id) {
            reader = reader(id, topic);
            last = reader;
        }
        Input input = inputs.get();
        try {
            if (reader.isPacket()) {
                return packet(input, value);
            }
            BinaryDecoder decoder =
                    DecoderFactory.get()
                            .binaryDecoder(
                                    value,
                                    WireFormat.HEADER_BYTES,
                                    value.length - WireFormat.HEADER_BYTES,
                                    input.decoder);
            input.decoder = decoder;
            return reader.reader().read(null, input.checked.over(decoder));
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "A record of "
                            + value.length
                            + " bytes does not fit schema id "
                            + id
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    @SuppressWarnings("unchecked") // T is what the reader's schema is of.
    private T packet(Input input, byte[] value) throws IOException {
        return (T) input.packets.read(value);
    }

    private Reader<T> reader(int id, String topic) {
        Reader<T> known = readers.get(id);
        if (known != null) {
            return known;
        }
        Schema written = schema(id, topic);
        Class<?> wanted = wanted(written);
        Reader<T> reader =
                new Reader<>(
                        id,
                        wanted == null
                                ? AvroModel.genericReader(written, written)
                                : AvroModel.specificReader(written, wanted),
                        wanted != null && DnsPacketReader.reads(written, wanted));
        readers.put(id, reader);
        return reader;
    }

    private Schema schema(int id, String topic) {
        if (client == null) {
            throw new IllegalStateException("AvroDeserializer was not configured");
        }
        // Only with this strategy does the topic alone tell the subject.
        String subject =
                config.names() == SubjectNames.TOPIC
                        ? topic + (config.isKey() ? "-key" : "-value")
                        : null;
        try {
            return client.schema(id, subject);
        } catch (RegistryRefusedException e) {
            if (e.isNotFound()) {
                throw new SerializationException("Unknown schema id " + id + ".", e);
            }
            throw e;
        }
    }

    /** The generated class of what is read; null for generic records. */
    private @Nullable Class<?> wanted(Schema written) {
        if (type != null) {
            return type;
        }
        return config.specificReader() && written.getType() == Schema.Type.RECORD
                ? generatedClass(written)
                : null;
    }

    private static Class<?> generatedClass(Schema written) {
        try {
            Class<?> generated = AvroModel.generatedClass(written);
            if (generated != null) {
                return generated;
            }
        } catch (SecurityException e) {
            throw new SerializationException(
                    "Avro does not trust the class "
                            + SpecificData.getClassName(written)
                            + "; name its package in the system property org.apache.avro.SERIALIZABLE_PACKAGES.",
                    e);
        }
        throw new SerializationException(
                "There is no class "
                        + SpecificData.getClassName(written)
                        + " on the class path; leave specific.avro.reader at false.");
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
