package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.Requires;
import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.schema.TldCount;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two processors answer for one another; what they say is what is in the topics. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HttpApiTest {
    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String[] SETTINGS = {
        "http.advertised = 127.0.0.1:0", "count.interval = 1s"
    };
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private static Path folder;
    private static TestBroker broker;
    private static TestRegistry registry;
    private static Pipeline pipeline;
    private static ProcessorProcess one;
    private static ProcessorProcess two;
    private static List<Traffic.Sent> traffic;

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
        registry = TestRegistry.start();
        pipeline = new Pipeline(broker, registry, folder, "api", PARTITIONS).createTopics();
        one = pipeline.start("one", SETTINGS);
        two = pipeline.start("two", SETTINGS);
        await().atMost(PATIENCE).until(HttpApiTest::workIsShared);
        traffic = Traffic.of(11, PARTITIONS, 500);
        pipeline.publish(traffic);
        await().atMost(PATIENCE).until(HttpApiTest::everythingIsFinal);
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        registry.close();
        broker.close();
    }

    private static boolean workIsShared() {
        for (ProcessorProcess processor : List.of(one, two)) {
            JsonNode members = answer(processor, "/api/instances").path("items");
            if (members.size() != 2
                    || !members.valueStream().allMatch(m -> m.path("partitions").size() == 2)
                    || answer(processor, "/ready").path("partitions").size() != 2) {
                return false;
            }
        }
        return true;
    }

    private static boolean everythingIsFinal() {
        long read = 0;
        long left = 0;
        for (ProcessorProcess processor : List.of(one, two)) {
            JsonNode ledger = processor.ledger().orElseThrow();
            read += Pipeline.value(ledger, ProcessorCounter.PACKETS_READ);
            left +=
                    ledger.path("pending").asLong()
                            + ledger.path("unsent").asLong()
                            + ledger.path("openWindows").asLong()
                            + (ledger.path("uncommitted").asBoolean() ? 1 : 0);
        }
        return read == Traffic.messages(traffic) && left == 0;
    }

    @Test
    @Order(1)
    void bothGiveTheCountsThatAreInTheTopic() {
        Map<String, TldCount> expected = lastCounts();
        assertThat(expected).hasSizeGreaterThan(5);
        for (ProcessorProcess processor : List.of(one, two)) {
            assertThat(queries(processor)).isEqualTo(queries(expected));
        }
        assertThat(answer(one, "/api/counts?scope=instance").path("items").size())
                .isLessThan(answer(one, "/api/counts").path("items").size());
    }

    @Test
    @Order(1)
    void bothFindTheOwnerOfEachKey() {
        lastCounts()
                .forEach(
                        (name, count) -> {
                            String path =
                                    "/api/counts/%s/%s?at=%s&window=%s"
                                            .formatted(
                                                    count.getDimension(),
                                                    URLEncoder.encode(
                                                                    count.getKey(),
                                                                    StandardCharsets.UTF_8)
                                                            .replace("+", "%20"),
                                                    count.getTimestamp(),
                                                    name.endsWith("/PT1H") ? "PT1H" : "PT1M");
                            for (ProcessorProcess processor : List.of(one, two)) {
                                JsonNode item = answer(processor, path).path("item");
                                assertThat(item.path("key").asText()).isEqualTo(count.getKey());
                                assertThat(item.path("queries").asLong())
                                        .as(path)
                                        .isEqualTo(count.getQueries());
                                assertThat(item.path("final").asBoolean()).isTrue();
                            }
                        });
    }

    @Test
    @Order(1)
    void bothTellTheNodesLosses() {
        for (ProcessorProcess processor : List.of(one, two)) {
            JsonNode answer = answer(processor, "/api/nodes");
            assertThat(answer.path("partial").asBoolean()).isFalse();
            JsonNode node = answer.path("items").path(0);
            assertThat(node.path("node").asText()).isEqualTo(Packets.NODE);
            assertThat(node.path("ended").asBoolean()).isTrue();
            assertThat(node.path("sent").asLong()).isEqualTo(Traffic.messages(traffic));
            assertThat(node.path("lost").asLong()).isZero();
        }
    }

    @Test
    @Order(1)
    void theExamplesOfTheDocumentationWork() throws Exception {
        Path curl = Requires.tool("curl");
        String port = String.valueOf(one.port());
        List<String> examples =
                Files.readAllLines(Requires.repository().resolve("docs/http-api.md")).stream()
                        .filter(line -> line.startsWith("curl "))
                        .toList();
        assertThat(examples).hasSizeGreaterThan(8);
        for (String example : examples) {
            String command =
                    example.replace(":9153", ':' + port).replaceFirst("curl", curl + " -f");
            Process process =
                    new ProcessBuilder("bash", "-c", command).redirectErrorStream(false).start();
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean live = example.contains("/api/live");
            // 28: the time is over, as the example has it.
            assertThat(process.waitFor()).as(example).isEqualTo(live ? 28 : 0);
            if (example.contains("/api/") && !live) {
                JsonNode answer = JSON.readTree(out);
                assertThat(answer.path("partial").asBoolean()).as(example).isFalse();
                if (!example.contains("alerts") && answer.has("items")) {
                    assertThat(answer.path("items")).as(example).isNotEmpty();
                }
            }
        }
    }

    @Test
    @Order(2)
    void whatMovesToAnotherInstanceIsShownThere() throws Exception {
        Map<String, Long> expected = queries(lastCounts());
        assertThat(two.terminate(Duration.ofSeconds(30))).contains(143);
        await().atMost(PATIENCE)
                .until(() -> answer(one, "/ready").path("partitions").size() == PARTITIONS);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(queries(one)).isEqualTo(expected));
        assertThat(answer(one, "/api/counts").path("partial").asBoolean()).isFalse();
    }

    /** Of all dimensions that are in the topic, by key in the topic. */
    private static Map<String, Long> queries(ProcessorProcess processor) {
        Map<String, Long> queries = new HashMap<>();
        Set<String> dimensions =
                lastCounts().values().stream()
                        .map(TldCount::getDimension)
                        .collect(Collectors.toCollection(TreeSet::new));
        for (String dimension : dimensions) {
            for (String window : List.of("PT1M", "PT1H")) {
                JsonNode answer =
                        answer(
                                processor,
                                "/api/counts?limit=1000&dimension="
                                        + dimension
                                        + "&window="
                                        + window);
                assertThat(answer.path("partial").asBoolean()).isFalse();
                answer.path("items")
                        .forEach(
                                item ->
                                        queries.put(
                                                dimension
                                                        + '|'
                                                        + item.path("key").asText()
                                                        + '|'
                                                        + item.path("timestamp")
                                                                .asText()
                                                                .replace(".000Z", "Z")
                                                        + (window.equals("PT1H") ? "/PT1H" : ""),
                                                item.path("queries").asLong()));
            }
        }
        return queries;
    }

    private static Map<String, Long> queries(Map<String, TldCount> counts) {
        return counts.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().getQueries()));
    }

    private static Map<String, TldCount> lastCounts() {
        return pipeline.lastCounts();
    }

    private static JsonNode answer(ProcessorProcess processor, String path) {
        Optional<HttpResponse<String>> answer = processor.get(path);
        try {
            return answer.isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.get().body());
        } catch (IOException e) {
            throw new AssertionError(answer.get().body(), e);
        }
    }
}
