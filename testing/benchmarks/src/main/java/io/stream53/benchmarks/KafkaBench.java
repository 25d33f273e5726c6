package io.stream53.benchmarks;

import io.stream53.agent.AgentConfig;
import io.stream53.agent.CaptureRun;
import io.stream53.agent.publish.KafkaOutput;
import io.stream53.agent.publish.RecordOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The agent into a broker, beside the same producer that is given ready-made bytes: the same
 * records, as many partitions, the same settings. The two take turns, so that what else the machine
 * does meets both.
 */
final class KafkaBench {
    /** Ready-made records held; they are sent again and again. */
    private static final int READY_MADE = 200_000;

    private record Ready(int partition, byte[] key, byte[] value) {}

    /** What one kind of sender reached over its rounds. */
    private static final class Reached {
        long records;
        double seconds;
        double cpuSeconds;

        double perSecond() {
            return records / seconds;
        }

        double cpuMicros() {
            return cpuSeconds * 1e6 / records;
        }
    }

    private final Path file;
    private final Map<String, String> settings;
    private final int seconds;
    private final int rounds;

    KafkaBench(Path file, Map<String, String> settings, int seconds, int rounds) {
        this.file = file;
        this.settings = settings;
        this.seconds = seconds;
        this.rounds = rounds;
    }

    Map<String, Object> run(LocalBroker broker) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("bootstrap", broker.bootstrap());
        all.put("schema.id", "1");
        AgentConfig config = AgentConfig.of(all);
        List<Ready> records = readyMade(config);
        Reached ready = new Reached();
        Reached agent = new Reached();
        try (KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                KafkaOutput.producerConfig(config.kafka()),
                                new ByteArraySerializer(),
                                new ByteArraySerializer());
                KafkaOutput output =
                        KafkaOutput.open(
                                config.kafka(), config.spool(), true, Duration.ofSeconds(30))) {
            for (int round = 0; round <= rounds; round++) {
                // the first of each is warm-up
                Reached readyRound = round == 0 ? new Reached() : ready;
                Reached agentRound = round == 0 ? new Reached() : agent;
                sendReadyMade(producer, config.kafka().topic(), records, readyRound);
                publish(config, output, agentRound);
            }
        }
        return result(ready, agent);
    }

    private List<Ready> readyMade(AgentConfig config) throws IOException {
        List<Ready> records = new ArrayList<>();
        RecordOutput keep =
                (run, partition, key, keyLength, value, valueLength) -> {
                    if (records.size() < READY_MADE && keyLength > 0) {
                        records.add(
                                new Ready(
                                        records.size() % 4,
                                        Arrays.copyOf(key, keyLength),
                                        Arrays.copyOf(value, valueLength)));
                    }
                    return true;
                };
        CaptureRun.files(List.of(file), config, keep);
        if (records.isEmpty()) {
            throw new IOException(file + " holds no DNS message");
        }
        return records;
    }

    private void sendReadyMade(
            KafkaProducer<byte[], byte[]> producer,
            String topic,
            List<Ready> records,
            Reached reached) {
        AtomicLong acknowledged = new AtomicLong();
        Stopwatch watch = Stopwatch.start(false);
        for (int i = 0; (i & 0xfff) != 0 || watch.seconds() < seconds; i++) {
            Ready record = records.get(i % records.size());
            var _ =
                    producer.send(
                            new ProducerRecord<>(
                                    topic, record.partition(), record.key(), record.value()),
                            (metadata, failure) -> {
                                if (failure == null) {
                                    acknowledged.incrementAndGet();
                                }
                            });
        }
        producer.flush();
        add(reached, acknowledged.get(), watch);
    }

    private void publish(AgentConfig config, KafkaOutput output, Reached reached)
            throws IOException {
        long before = output.acknowledgements(0).published();
        Stopwatch watch = Stopwatch.start(false);
        while (watch.seconds() < seconds) {
            CaptureRun.files(List.of(file), config, output);
        }
        output.flush();
        add(reached, output.acknowledgements(0).published() - before, watch);
    }

    private static void add(Reached reached, long records, Stopwatch watch) {
        reached.records += records;
        reached.seconds += watch.seconds();
        reached.cpuSeconds += watch.cpuSeconds();
    }

    private static Map<String, Object> result(Reached ready, Reached agent) throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("published", agent.records);
        result.put("seconds", agent.seconds);
        result.put("cpuSeconds", agent.cpuSeconds);
        result.put("readyMadePerSecond", Math.round(ready.perSecond()));
        result.put("publishedPerSecond", Math.round(agent.perSecond()));
        result.put("publishedOfReadyMade", hundredths(agent.perSecond() / ready.perSecond()));
        result.put("readyMadeCpuMicros", hundredths(ready.cpuMicros()));
        result.put("publishedCpuMicros", hundredths(agent.cpuMicros()));
        result.put("peakRssBytes", Stopwatch.peakRssBytes());
        return result;
    }

    private static double hundredths(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
