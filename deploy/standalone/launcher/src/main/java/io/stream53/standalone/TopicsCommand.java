package io.stream53.standalone;

import io.stream53.topic.Topics;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates the topics on the user's own brokers. */
@Command(
        name = "topics",
        description = "Creates the topics that are missing and leaves the others as they are.",
        mixinStandardHelpOptions = true)
final class TopicsCommand implements Callable<Integer> {
    @Option(
            names = "--bootstrap",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Kafka brokers, separated by commas.")
    private String bootstrap = "";

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            description = "Begins the topics' names, for a backfill beside the usual ones.")
    private String prefix = "";

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description =
                    "Partitions of dns.raw and dns.enriched, final from the start (default:"
                            + " ${DEFAULT-VALUE}).")
    private int partitions = Topics.DEFAULT_PARTITIONS;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description = "Copies of each partition (default: ${DEFAULT-VALUE}).")
    private short replicationFactor = 3;

    @Override
    public Integer call() throws InterruptedException {
        if (partitions < 1 || replicationFactor < 1) {
            throw new UserError(
                    UserError.USAGE, "--partitions and --replication-factor begin at 1.");
        }
        try (Admin admin = Admin.create(settings())) {
            Set<String> made = Topics.createMissing(admin, prefix, partitions, replicationFactor);
            System.out.println(
                    made.isEmpty()
                            ? "All topics were there."
                            : "Created " + String.join(", ", new TreeSet<>(made)) + ".");
            return 0;
        } catch (ExecutionException e) {
            throw refused(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        } catch (KafkaException e) {
            throw refused(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
        }
    }

    private Map<String, Object> settings() {
        return Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                20_000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                10_000);
    }

    private UserError refused(@org.jspecify.annotations.Nullable String reason) {
        return new UserError(
                "The topics could not be created through %s (%s): check --bootstrap and the broker."
                        .formatted(bootstrap, reason));
    }
}
