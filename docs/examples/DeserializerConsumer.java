import io.stream53.schema.DnsTransaction;
import io.stream53.serde.AvroDeserializer;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints transactions with stream53's deserializer and generated classes (io.stream53:stream53-schemas
 * and org.apache.kafka:kafka-clients). Confluent's KafkaAvroDeserializer takes the same settings.
 *
 * <p>Usage: java -cp ... DeserializerConsumer.java BOOTSTRAP REGISTRY HOW_MANY
 */
public class DeserializerConsumer {
    public static void main(String[] args) {
        Properties config = new Properties();
        config.put("bootstrap.servers", args[0]);
        config.put("schema.registry.url", args[1]);
        config.put("specific.avro.reader", true);
        config.put("key.deserializer", StringDeserializer.class);
        config.put("value.deserializer", AvroDeserializer.class);
        config.put("group.id", "example-deserializer");
        config.put("auto.offset.reset", "earliest");
        config.put("isolation.level", "read_committed");
        int left = Integer.parseInt(args[2]);
        try (var consumer = new KafkaConsumer<String, DnsTransaction>(config)) {
            consumer.subscribe(List.of("dns.enriched"));
            while (left > 0) {
                for (ConsumerRecord<String, DnsTransaction> record :
                        consumer.poll(Duration.ofSeconds(1))) {
                    if (left-- > 0) {
                        print(record.value());
                    }
                }
            }
        }
    }

    private static void print(DnsTransaction transaction) {
        var dns = transaction.getDns();
        var question = dns.getQuestion();
        System.out.println(
                transaction.getId()
                        + " "
                        + dns.getStatus()
                        + " "
                        + (question == null ? "-" : question.getName()));
    }
}
