package io.stream53.agent.publish;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What the broker knows about the topic. */
final class KafkaTopic {
    private static final int TIMEOUT_MS = 15_000;

    private KafkaTopic() {}

    /**
     * The topic's number of partitions. Unlike a producer's question this creates no topic.
     *
     * @throws IOException with one sentence when the broker does not answer or has no such topic
     */
    static int partitions(KafkaSettings settings) throws IOException {
        Map<String, Object> config = new HashMap<>();
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrap());
        config.put(AdminClientConfig.CLIENT_ID_CONFIG, "stream53-agent");
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        config.putAll(settings.overrides());
        try (Admin admin = Admin.create(config)) {
            return admin.describeTopics(List.of(settings.topic()))
                    .allTopicNames()
                    .get()
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            throw new IOException(sentence(settings, e.getCause() == null ? e : e.getCause()), e);
        } catch (KafkaException e) {
            throw new IOException("the Kafka settings are wrong: " + KafkaProducers.reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for Kafka", e);
        }
    }

    private static String sentence(KafkaSettings settings, Throwable failure) {
        return switch (failure) {
            case UnknownTopicOrPartitionException missing ->
                    ("Kafka at %1$s has no topic %2$s: create it (kafka-topics --create --topic"
                                    + " %2$s --partitions 48 --config"
                                    + " message.timestamp.type=LogAppendTime), or name another"
                                    + " with --topic")
                            .formatted(settings.bootstrap(), settings.topic());
            case TimeoutException timeout -> unreachable(settings);
            case RetriableException again -> unreachable(settings);
            default ->
                    "Kafka at %s refuses to describe the topic %s: %s"
                            .formatted(
                                    settings.bootstrap(),
                                    settings.topic(),
                                    KafkaProducers.reason(failure));
        };
    }

    private static String unreachable(KafkaSettings settings) {
        return "Kafka does not answer at %s within %d s: start it, or name its address with --bootstrap"
                .formatted(settings.bootstrap(), TIMEOUT_MS / 1000);
    }
}
