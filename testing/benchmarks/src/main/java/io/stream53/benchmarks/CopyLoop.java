package io.stream53.benchmarks;

import io.stream53.schema.DnsPacket;
import io.stream53.serde.GeneratedClasses;
import io.stream53.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's clients and Avro's generated coders alone, in transactions like the processor's. At the
 * end of the topic it begins anew.
 */
final class CopyLoop implements Running {
    private static final long IDLE_NS = 5_000_000;
    private static final long COMMIT_NS = 500_000_000;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int HEADER = 5;

    private final TopicPartition raw = new TopicPartition(Topics.RAW, 0);
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Coder coder = new Coder();
    private final Thread thread;
    private volatile boolean working;
    private volatile boolean closed;
    private final AtomicLong records = new AtomicLong();

    CopyLoop(String bootstrap) {
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrap,
                                ConsumerConfig.GROUP_ID_CONFIG,
                                Contender.COPY_LOOP.id(),
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                // as Kafka Streams has it
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                1_000),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrap,
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                Contender.COPY_LOOP.id(),
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "lz4",
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                256 << 10,
                                // as Kafka Streams has it
                                ProducerConfig.LINGER_MS_CONFIG,
                                100),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        thread = Thread.ofPlatform().name("copy").start(this::run);
    }

    private void run() {
        consumer.assign(List.of(raw));
        consumer.seekToBeginning(List.of(raw));
        producer.initTransactions();
        while (!closed) {
            if (working) {
                transaction();
            } else {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
        consumer.close();
        producer.close();
    }

    private void transaction() {
        long endNs = System.nanoTime() + COMMIT_NS;
        producer.beginTransaction();
        while (System.nanoTime() < endNs && working && !closed) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        Contender.COPY_LOOP.output(),
                                        record.key(),
                                        coder.copy(record.value())));
                records.setOpaque(records.getPlain() + 1);
            }
        }
        producer.sendOffsetsToTransaction(
                Map.of(raw, new OffsetAndMetadata(consumer.position(raw))),
                consumer.groupMetadata());
        producer.commitTransaction();
        if (consumer.currentLag(raw).orElse(1) == 0) {
            consumer.seekToBeginning(List.of(raw));
        }
    }

    /** A value decoded and encoded again; specific records, custom coders. */
    private static final class Coder {
        private final SpecificDatumReader<DnsPacket> reader;
        private final SpecificDatumWriter<DnsPacket> writer;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        private @Nullable BinaryDecoder decoder;
        private @Nullable BinaryEncoder encoder;

        Coder() {
            GeneratedClasses.trust();
            SpecificData data = new SpecificData(DnsPacket.class.getClassLoader());
            data.setCustomCoders(true);
            data.setFastReaderEnabled(false);
            reader =
                    new SpecificDatumReader<>(
                            DnsPacket.getClassSchema(), DnsPacket.getClassSchema(), data);
            writer = new SpecificDatumWriter<>(DnsPacket.getClassSchema(), data);
        }

        byte[] copy(byte[] value) {
            try {
                decoder =
                        DecoderFactory.get()
                                .binaryDecoder(value, HEADER, value.length - HEADER, decoder);
                @Nullable DnsPacket none = null;
                DnsPacket packet = reader.read(none, decoder);
                bytes.reset();
                bytes.write(value, 0, HEADER);
                encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
                writer.write(packet, encoder);
                encoder.flush();
                return bytes.toByteArray();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void resume() {
        working = true;
    }

    @Override
    public void pause() {
        working = false;
    }

    @Override
    public long records() {
        return records.getOpaque();
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
