package io.stream53.processor;

import io.stream53.schema.DnsPacket;
import io.stream53.serde.AvroSerializer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Publishes a {@link Load} as its time goes by, on a thread of its own. */
final class LoadPublisher implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Pipeline pipeline;
    private final Load load;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerializer<DnsPacket> serializer;
    private final AtomicLong messages = new AtomicLong();
    private final AtomicInteger elapsedSeconds = new AtomicInteger();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> ticking;

    private LoadPublisher(Pipeline pipeline, Load load) {
        this.pipeline = pipeline;
        this.load = load;
        this.producer = pipeline.producer();
        this.serializer = pipeline.packetSerializer();
        this.ticking =
                thread.scheduleAtFixedRate(
                        () -> send(load.tick()),
                        0,
                        1_000 / Load.TICKS_A_SECOND,
                        TimeUnit.MILLISECONDS);
    }

    static LoadPublisher start(Pipeline pipeline, Load load) {
        return new LoadPublisher(pipeline, load);
    }

    private void send(List<Traffic.Sent> records) {
        for (Traffic.Sent record : records) {
            Future<RecordMetadata> _ = producer.send(pipeline.record(record, serializer));
        }
        messages.set(load.messages());
        elapsedSeconds.set(load.elapsedSeconds());
    }

    /** Of the load's time. */
    int elapsedSeconds() {
        return elapsedSeconds.get();
    }

    /** Messages given to the producer so far. */
    long messages() {
        return messages.get();
    }

    /** Sends what is still to come, and the last watermarks; all of it is in Kafka then. */
    void end() throws InterruptedException, ExecutionException, TimeoutException {
        if (ticking.isDone()) {
            ticking.get(); // It stops by itself only when it failed.
        }
        ticking.cancel(false);
        thread.submit(
                        () -> {
                            send(load.end());
                            producer.flush();
                        })
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        producer.close(Duration.ofSeconds(5)); // What is unsent after a failure stays so.
        serializer.close();
    }
}
