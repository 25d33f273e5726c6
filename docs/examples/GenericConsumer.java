import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints transactions with nothing but Kafka's client and Apache Avro (org.apache.kafka:kafka-clients,
 * org.apache.avro:avro): the value is a zero byte, the schema's id in the registry, the record.
 *
 * <p>Usage: java -cp ... GenericConsumer.java BOOTSTRAP REGISTRY HOW_MANY
 */
public class GenericConsumer {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] args) throws Exception {
        Properties config = new Properties();
        config.put("bootstrap.servers", args[0]);
        config.put("group.id", "example-generic");
        config.put("auto.offset.reset", "earliest");
        // Without this, records of a transaction that the processor gave up are read as well.
        config.put("isolation.level", "read_committed");
        Map<Integer, Schema> schemas = new HashMap<>();
        int left = Integer.parseInt(args[2]);
        try (var consumer =
                new KafkaConsumer<>(
                        config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("dns.enriched"));
            while (left > 0) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    if (left-- > 0) {
                        print(record.key(), read(record.value(), args[1], schemas));
                    }
                }
            }
        }
    }

    private static void print(String id, GenericRecord transaction) {
        var dns = (GenericRecord) transaction.get("dns");
        var question = (GenericRecord) dns.get("question");
        // Avro's text is a Utf8 here, which equals no String: hence toString() by concatenation.
        System.out.println(
                id + " " + dns.get("status") + " " + (question == null ? "-" : question.get("name")));
    }

    private static GenericRecord read(byte[] value, String registry, Map<Integer, Schema> schemas)
            throws IOException, InterruptedException {
        ByteBuffer header = ByteBuffer.wrap(value);
        if (header.get() != 0) {
            throw new IOException("not in Confluent's wire format");
        }
        int schemaId = header.getInt();
        Schema written = schemas.get(schemaId);
        if (written == null) {
            written = fetch(registry, schemaId);
            schemas.put(schemaId, written);
        }
        var decoder = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null);
        return new GenericDatumReader<GenericRecord>(written).read(null, decoder);
    }

    private static Schema fetch(String registry, int id) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(registry + "/schemas/ids/" + id)).build();
        var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        String schema = new ObjectMapper().readTree(response.body()).path("schema").asText();
        return new Schema.Parser().parse(schema);
    }
}
