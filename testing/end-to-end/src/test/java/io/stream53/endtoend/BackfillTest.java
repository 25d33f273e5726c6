package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.Requires;
import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.TldCount;
import io.stream53.schema.TopItem;
import io.stream53.serde.AvroDeserializer;
import io.stream53.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One capture processed twice gives the same documents, however the work was divided. */
class BackfillTest {
    private static final Pattern LISTENING =
            Pattern.compile("Listening on http://127\\.0\\.0\\.1:(\\d+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What one backfill left in its topics. */
    private record Result(Map<String, String> transactions, Map<String, TldCount> counts) {
        Map<String, String> exactCounts() {
            Map<String, String> texts = new TreeMap<>();
            counts.forEach((key, count) -> texts.put(key, textOf(count)));
            return texts;
        }
    }

    private static final List<Function<TldCount, List<TopItem>>> TOP_LISTS =
            List.of(TldCount::getTopNames, TldCount::getTopClients, TldCount::getTopNxdomainNames);

    @TempDir private Path folder;

    @Test
    void aCaptureProcessedTwiceGivesTheSameIdsDocumentsAndFinalCounts() throws Exception {
        try (TestBroker broker = TestBroker.start();
                TestRegistry registry = TestRegistry.start()) {
            Result once = backfill(broker, registry, "once.", 1, 1, "kafka.batch.size = 1000");
            Result again = backfill(broker, registry, "again.", 4, 2, "kafka.linger.ms = 50");
            assertThat(once.transactions).hasSizeGreaterThan(50);
            assertThat(again.transactions).isEqualTo(once.transactions);
            assertThat(again.exactCounts()).isEqualTo(once.exactCounts());
            once.counts.forEach(
                    (key, count) ->
                            assertEstimatesAgree(
                                    count, Objects.requireNonNull(again.counts.get(key))));
        }
    }

    private Result backfill(
            TestBroker broker,
            TestRegistry registry,
            String prefix,
            int partitions,
            int instances,
            String setting)
            throws Exception {
        Topics.createMissing(broker.admin(), prefix, partitions, (short) 1);
        Path agent = Files.writeString(folder.resolve(prefix + "agent"), setting + '\n');
        Path processor =
                Files.writeString(
                        folder.resolve(prefix + "processor"),
                        """
                        application-id = %1$sbackfill
                        topic.raw = %1$sdns.raw
                        topic.enriched = %1$sdns.enriched
                        topic.tld-counts = %1$sdns.tld-counts
                        topic.ledger = %1$sdns.ledger
                        topic.alerts = %1$sdns.alerts
                        topic.dead-letters = %1$sdns.dead-letters
                        count.interval = %2$ds
                        """
                                .formatted(prefix, partitions));
        List<Child> processors = new ArrayList<>();
        try {
            Child capture =
                    start(
                            "io.stream53.agent.AgentMain",
                            agent,
                            broker,
                            registry,
                            "--topic",
                            prefix + "dns.raw",
                            "--node",
                            "ns1",
                            "--pcap",
                            Requires.repository()
                                    .resolve("deploy/standalone/sample/sample.pcap.gz")
                                    .toString());
            processors.add(capture);
            assertThat(capture.process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(capture.process.exitValue()).as(capture::text).isZero();
            processors.remove(capture);
            for (int i = 0; i < instances; i++) {
                processors.add(
                        start(
                                "io.stream53.processor.ProcessorMain",
                                processor,
                                broker,
                                registry,
                                "--http",
                                "127.0.0.1:0",
                                "--state-dir",
                                folder.resolve(prefix + "state" + i).toString()));
            }
            long messages =
                    broker.records(prefix + "dns.raw").stream()
                            .filter(record -> record.key() != null)
                            .count();
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> isThrough(processors, messages));
        } finally {
            processors.forEach(child -> child.process.destroyForcibly().onExit().join());
        }
        Map<String, DnsTransaction> transactions = last(broker, registry, prefix + Topics.ENRICHED);
        Map<String, String> texts = new TreeMap<>();
        transactions.forEach((id, transaction) -> texts.put(id, transaction.toString()));
        return new Result(texts, last(broker, registry, prefix + Topics.TLD_COUNTS));
    }

    /**
     * Counts are the same to the byte, but for how much of them came after the window was first
     * declared final, and for the top lists that say that they are estimates.
     */
    private static String textOf(TldCount count) {
        assertThat(count.getFinal$()).isTrue();
        return TldCount.newBuilder(count)
                .setLate(0)
                .setTopNames(exact(count.getTopNames()))
                .setTopClients(exact(count.getTopClients()))
                .setTopNxdomainNames(exact(count.getTopNxdomainNames()))
                .build()
                .toString();
    }

    private static List<TopItem> exact(List<TopItem> items) {
        return items.stream().allMatch(item -> item.getError() == 0) ? items : List.of();
    }

    /** Both tell the truth within their errors, so there is a number that suits both. */
    private static void assertEstimatesAgree(TldCount one, TldCount other) {
        for (Function<TldCount, List<TopItem>> list : TOP_LISTS) {
            for (TopItem item : list.apply(one)) {
                for (TopItem same : list.apply(other)) {
                    if (item.getKey().equals(same.getKey())) {
                        assertThat(item.getCount() - item.getError())
                                .as("%s and %s of %s", item, same, one.getKey())
                                .isLessThanOrEqualTo(same.getCount());
                        assertThat(same.getCount() - same.getError())
                                .as("%s and %s of %s", item, same, one.getKey())
                                .isLessThanOrEqualTo(item.getCount());
                    }
                }
            }
        }
    }

    /** The last record of each key. */
    private static <R extends SpecificRecord> Map<String, R> last(
            TestBroker broker, TestRegistry registry, String topic) {
        AvroDeserializer<R> values = new AvroDeserializer<>();
        values.configure(
                Map.of("schema.registry.url", registry.url(), "specific.avro.reader", true), false);
        Map<String, R> last = new TreeMap<>();
        broker.records(topic, new StringDeserializer(), values)
                .forEach(record -> last.put(record.key(), record.value()));
        return last;
    }

    /** A program with its log. */
    private record Child(Process process, Path log) {
        String text() {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private Child start(
            String main, Path config, TestBroker broker, TestRegistry registry, String... more)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx384m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                main,
                                "--config",
                                config.toString(),
                                "--bootstrap",
                                broker.bootstrap(),
                                "--registry",
                                registry.url()));
        command.addAll(List.of(more));
        Path log = Files.createTempFile(folder, "program", ".log");
        return new Child(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    private static boolean isThrough(List<Child> processors, long messages) throws Exception {
        long read = 0;
        for (Child processor : processors) {
            assertThat(processor.process.isAlive()).as(processor::text).isTrue();
            JsonNode ledger = ledger(processor);
            for (String left : List.of("pending", "unsent", "openWindows")) {
                if (ledger.path(left).asLong(1) != 0) {
                    return false;
                }
            }
            if (ledger.path("uncommitted").asBoolean(true)) {
                return false;
            }
            read += ledger.path("packetsRead").asLong();
        }
        return read == messages;
    }

    private static JsonNode ledger(Child processor) throws Exception {
        Matcher port = LISTENING.matcher(processor.text());
        if (!port.find()) {
            return JSON.createObjectNode();
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port.group(1) + "/ledger");
            return JSON.readTree(
                    http.send(
                                    HttpRequest.newBuilder(uri)
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body());
        } catch (IOException notYet) {
            return JSON.createObjectNode();
        }
    }
}
