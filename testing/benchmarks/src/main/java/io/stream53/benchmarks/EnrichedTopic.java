package io.stream53.benchmarks;

import io.stream53.connect.DocumentWriter;
import io.stream53.schema.DnsTransaction;
import io.stream53.serde.AvroSerializer;
import io.stream53.standalone.SampleTransactions;
import io.stream53.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The same transactions as records of dns.enriched and as lines of bulk requests. */
final class EnrichedTopic {
    private static final int RECORDS_IN_A_TRANSACTION = 5_000;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu.MM.dd").withZone(ZoneOffset.UTC);

    private record Entry(String id, byte[] value) {}

    private final List<Entry> records = new ArrayList<>();
    private final List<byte[]> documents = new ArrayList<>();
    private long documentBytes;

    private EnrichedTopic() {}

    /** Makes so many out of a capture, repeated with other ids as often as it takes. */
    static EnrichedTopic of(Path capture, int count, String registry) throws IOException {
        List<DnsTransaction> transactions = SampleTransactions.of(capture);
        if (transactions.isEmpty()) {
            throw new IOException(capture + " holds no DNS message");
        }
        EnrichedTopic topic = new EnrichedTopic();
        DocumentWriter writer = new DocumentWriter();
        try (AvroSerializer<DnsTransaction> serializer = new AvroSerializer<>()) {
            serializer.configure(Map.of("schema.registry.url", registry), false);
            for (int i = 0; i < count; i++) {
                DnsTransaction transaction = transactions.get(i % transactions.size());
                // A transaction's id begins with its time, as these do.
                transaction.setId(
                        "%012x%020x".formatted(transaction.getTimestamp().toEpochMilli(), i));
                byte[] value = serializer.serialize(Topics.ENRICHED, transaction);
                topic.records.add(new Entry(transaction.getId(), value));
                topic.add(transaction, writer.write(transaction));
            }
        }
        return topic;
    }

    private void add(DnsTransaction transaction, byte[] document) {
        String index = "dns-enriched-" + DAY.format(transaction.getTimestamp());
        String action =
                "{\"index\":{\"_index\":\"%s\",\"_id\":\"%s\"}}\n"
                        .formatted(index, transaction.getId());
        ByteArrayOutputStream lines = new ByteArrayOutputStream(document.length + 128);
        lines.writeBytes(action.getBytes(StandardCharsets.UTF_8));
        lines.writeBytes(document);
        lines.write('\n');
        documents.add(lines.toByteArray());
        documentBytes += document.length;
    }

    /** Each document's part of a bulk request. */
    List<byte[]> documents() {
        return documents;
    }

    long bytesPerDocument() {
        return documentBytes / documents.size();
    }

    /** Appends all records to the topic, in transactions as the processor does. */
    void fill(String bootstrap) {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "transactional.id",
                        "bench-sink",
                        "linger.ms",
                        20,
                        "batch.size",
                        256 * 1024,
                        "compression.type",
                        "lz4");
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int i = 0; i < records.size(); i += RECORDS_IN_A_TRANSACTION) {
                producer.beginTransaction();
                int end = Math.min(records.size(), i + RECORDS_IN_A_TRANSACTION);
                for (Entry entry : records.subList(i, end)) {
                    var _ =
                            producer.send(
                                    new ProducerRecord<>(
                                            Topics.ENRICHED, entry.id(), entry.value()));
                }
                producer.commitTransaction();
            }
        }
    }
}
