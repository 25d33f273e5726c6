package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.KafkaAndRegistry;
import io.stream53.fixtures.Requires;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.schema.DnsTransaction;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ResetTest {
    private static final int PARTITIONS = 2;
    private static final int CLIENTS = 300;

    @RegisterExtension static final KafkaAndRegistry SERVERS = new KafkaAndRegistry();

    @TempDir Path folder;

    private record Outcome(int status, String out, String err) {}

    @Test
    void everythingIsProcessedAgainUnderTheSameIds() throws Exception {
        Pipeline pipeline = pipeline("again").createTopics();
        List<Traffic.Sent> traffic = Traffic.of(8, PARTITIONS, CLIENTS);
        pipeline.publish(traffic);
        String neighbour = pipeline.applicationId() + "-replay-task-state-changelog";
        SERVERS.broker().createTopic(neighbour, 1);

        try (ProcessorProcess processor = pipeline.start("state")) {
            Pipeline.awaitEnd(processor, Traffic.messages(traffic));
            Outcome refused = reset(pipeline, "--yes");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("still run (1 threads, on 127.0.0.1): stop them first")
                    .hasLineCount(1);
            assertThat(processor.terminate(Duration.ofMinutes(1))).contains(143);
        }
        assertThat(internalTopics(pipeline)).isEqualTo(golden());
        Path local = folder.resolve("state").resolve(pipeline.applicationId());
        Files.createDirectories(local.resolve("0_1")); // As Kafka Streams leaves after a crash.

        Outcome shown = reset(pipeline, "--dry-run");
        assertThat(shown.status()).isZero();
        assertThat(shown.out())
                .contains("Internal topic to delete: " + pipeline.applicationId() + "-task-state")
                .contains("Consumer group to delete: " + pipeline.applicationId())
                .contains("Local state to delete (on this machine): ")
                .contains("read from: earliest")
                .doesNotContain("replay")
                .doesNotContain("Done");
        Outcome unsure = reset(pipeline);
        assertThat(unsure.status()).isEqualTo(2);
        assertThat(unsure.err()).contains("say --yes");
        assertThat(internalTopics(pipeline)).as("nothing was deleted").isEqualTo(golden());

        Outcome done = reset(pipeline, "--yes");
        assertThat(done.err()).isEmpty();
        assertThat(done.out()).startsWith(shown.out().strip()).endsWith("Done.\n");
        assertThat(internalTopics(pipeline)).isEmpty();
        assertThat(SERVERS.broker().admin().listTopics().names().get()).contains(neighbour);
        assertThat(local).doesNotExist();

        try (ProcessorProcess processor = pipeline.start("state")) {
            Pipeline.awaitEnd(processor, Traffic.messages(traffic));
        }
        List<String> twice = new ArrayList<>(expectedIds(traffic));
        twice.addAll(expectedIds(traffic));
        Collections.sort(twice);
        assertThat(ids(pipeline)).isEqualTo(twice);
    }

    /** And before and after it the protocol changes, which takes nothing away. */
    @Test
    void whatIsReadNextMayBeginAtTheEndAlsoWithTheStreamsProtocol() throws Exception {
        Pipeline pipeline = pipeline("latest").createTopics();
        List<Traffic.Sent> old = Traffic.of(9, PARTITIONS, CLIENTS);
        List<Traffic.Sent> half = old.subList(0, old.size() / 2);
        pipeline.publish(half);
        try (ProcessorProcess processor = pipeline.start("state")) {
            Pipeline.awaitLedger(processor, ledger -> settled(ledger, Traffic.messages(half)));
            assertThat(processor.terminate(Duration.ofMinutes(1))).contains(143);
        }
        pipeline.publish(old.subList(half.size(), old.size()));
        try (ProcessorProcess processor = pipeline.start("state", "group-protocol = streams")) {
            Pipeline.awaitEnd(processor, Traffic.messages(old));
            assertThat(reset(pipeline, "--yes").err()).contains("still run (1 threads");
            assertThat(processor.terminate(Duration.ofMinutes(1))).contains(143);
        }
        Outcome done = reset(pipeline, "--to", "latest", "--yes");
        assertThat(done.err()).isEmpty();
        assertThat(done.out()).contains("read from: latest");

        List<Traffic.Sent> fresh = Traffic.of(10, PARTITIONS, CLIENTS);
        List<Traffic.Sent> part = fresh.subList(0, fresh.size() / 2);
        pipeline.publish(part);
        try (ProcessorProcess processor = pipeline.start("state", "group-protocol = streams")) {
            Pipeline.awaitLedger(processor, ledger -> settled(ledger, Traffic.messages(part)));
            assertThat(processor.terminate(Duration.ofMinutes(1))).contains(143);
        }
        pipeline.publish(fresh.subList(part.size(), fresh.size()));
        try (ProcessorProcess processor = pipeline.start("state")) {
            Pipeline.awaitEnd(processor, Traffic.messages(fresh));
        }
        List<String> each = new ArrayList<>(expectedIds(old));
        each.addAll(expectedIds(fresh));
        Collections.sort(each);
        assertThat(ids(pipeline)).isEqualTo(each);
    }

    @Test
    void whatCannotBeDoneIsOneSentence() {
        Outcome unclear = reset(pipeline("unclear"), "--to", "yesterday");
        assertThat(unclear.status()).isEqualTo(2);
        assertThat(unclear.err()).contains("'yesterday'").hasLineCount(1);
        Outcome missing = reset(pipeline("missing"), "--to", "2026-11-22T16:00:00Z", "--yes");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("There is no topic missing.raw").hasLineCount(1);
        Outcome nothing = reset(pipeline("nothing"), "--yes");
        assertThat(nothing.status()).isZero();
        assertThat(nothing.out()).startsWith("nothing.raw will be read from: earliest");
    }

    @Test
    void brokersThatDoNotAnswerAreOneSentence() throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("hasty.properties"),
                        "kafka.default.api.timeout.ms = 1000\nkafka.request.timeout.ms = 500");
        Outcome outcome = run("--bootstrap", "127.0.0.1:1", "--config", config.toString(), "--yes");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("The brokers at 127.0.0.1:1 refuse or do not answer")
                .hasLineCount(1);
    }

    private static boolean settled(JsonNode ledger, long messages) {
        return Pipeline.value(ledger, ProcessorCounter.PACKETS_READ) == messages
                && !ledger.path("uncommitted").asBoolean();
    }

    private static Set<String> golden() throws IOException {
        return new TreeSet<>(
                Files.readAllLines(
                        Requires.repository()
                                .resolve(
                                        "stream-processor/src/test/resources/internal-topics.txt")));
    }

    /** What Streams made for the application, without the application id. */
    private static Set<String> internalTopics(Pipeline pipeline) throws Exception {
        String prefix = pipeline.applicationId() + "-";
        return SERVERS.broker().admin().listTopics().names().get().stream()
                .filter(name -> name.startsWith(prefix) && !name.contains("replay"))
                .map(name -> name.substring(prefix.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Without those that a duplicate of a response from before a restart may become. */
    private static List<String> ids(Pipeline pipeline) {
        return SERVERS
                .broker()
                .records(
                        pipeline.topic("enriched"),
                        new StringDeserializer(),
                        pipeline.<DnsTransaction>deserializer())
                .stream()
                .filter(record -> !record.value().getDns().getStatus().equals("UNSOLICITED"))
                .map(record -> record.key())
                .sorted()
                .toList();
    }

    private static List<String> expectedIds(List<Traffic.Sent> traffic) {
        return Traffic.expected(traffic, PARTITIONS).idsByStatus().entrySet().stream()
                .filter(ofStatus -> !ofStatus.getKey().equals("UNSOLICITED"))
                .flatMap(ofStatus -> ofStatus.getValue().stream())
                .toList();
    }

    private Outcome reset(Pipeline pipeline, String... more) {
        try {
            Path config =
                    Files.writeString(
                            Files.createTempFile(folder, "reset", ".properties"),
                            "topic.raw = " + pipeline.topic("raw"));
            List<String> arguments =
                    new ArrayList<>(
                            List.of(
                                    "--config",
                                    config.toString(),
                                    "--bootstrap",
                                    SERVERS.broker().bootstrap(),
                                    "--application-id",
                                    pipeline.applicationId(),
                                    "--state-dir",
                                    folder.resolve("state").toString()));
            arguments.addAll(List.of(more));
            return run(arguments.toArray(String[]::new));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                new CommandLine(new ResetMain())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(arguments);
        return new Outcome(status, out.toString(), err.toString());
    }

    private Pipeline pipeline(String name) {
        return new Pipeline(SERVERS.broker(), SERVERS.registry(), folder, name, PARTITIONS);
    }
}
