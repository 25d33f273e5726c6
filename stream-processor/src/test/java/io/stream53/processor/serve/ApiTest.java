package io.stream53.processor.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.view.MergeView;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.NodeLedger;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two instances with four partitions between them. */
class ApiTest {
    private static final int PARTITIONS = 4;
    private static final List<String> TLDS = List.of("com", "net", "org", "de", "arpa", "a+b/c|é");

    private final Served one = new Served();
    private final Served two = new Served();

    @BeforeEach
    void fill() {
        for (Served served : List.of(one, two)) {
            served.instance.partitions = PARTITIONS;
            served.instance.members =
                    List.of(
                            one.member(served == one, Set.of(0, 1)),
                            two.member(served == two, Set.of(2, 3)));
        }
        MergeView[] views = {
            one.board.views().merge(0),
            one.board.views().merge(1),
            two.board.views().merge(2),
            two.board.views().merge(3)
        };
        for (int partition = 0; partition < PARTITIONS; partition++) {
            (partition < 2 ? one : two).board.views().source(partition);
        }
        for (int minute = 0; minute < 10; minute++) {
            for (int i = 0; i < TLDS.size(); i++) {
                var count = Served.count(minute, "tld", TLDS.get(i), 10L * i + minute + 1);
                String key =
                        CountMessage.mergeKey(
                                "tld", TLDS.get(i), count.getTimestamp().toEpochMilli());
                Served.show(views[Partitions.of(key, PARTITIONS)], count);
            }
        }
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    @Test
    void everyInstanceAnswersForAll() throws Exception {
        JsonNode fromOne = one.json("/api/counts?limit=1000");
        JsonNode fromTwo = two.json("/api/counts?limit=1000");
        assertThat(fromOne.path("items")).hasSize(10 * TLDS.size());
        assertThat(fromOne.path("items")).isEqualTo(fromTwo.path("items"));
        assertThat(fromOne.path("partial").asBoolean()).isFalse();
        assertThat(fromOne.path("partitions")).hasToString("[0,1,2,3]");
        JsonNode here = one.json("/api/counts?limit=1000&scope=instance");
        assertThat(here.path("items").size()).isBetween(1, 10 * TLDS.size() - 1);
        assertThat(here.path("partitions")).hasToString("[0,1]");
    }

    @Test
    void aKeysCountIsTheOwnersWhoeverIsAsked() throws Exception {
        for (Served served : List.of(one, two)) {
            for (int minute = 0; minute < 10; minute++) {
                JsonNode found =
                        served.json(
                                "/api/counts/tld/a+b%%2Fc%%7C%%C3%%A9?at=2026-11-22T12:0%d:30Z"
                                        .formatted(minute));
                assertThat(found.path("item").path("key").asText()).isEqualTo("a+b/c|é");
                assertThat(found.path("item").path("queries").asLong()).isEqualTo(51 + minute);
                assertThat(found.path("partial").asBoolean()).isFalse();
            }
            assertThat(served.json("/api/counts/tld/com").path("item").path("queries").asLong())
                    .isEqualTo(10);
            assertThat(served.get("/api/counts/tld/example").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void countsAreSortedCutAndChosenByTime() throws Exception {
        JsonNode items =
                one.json(
                                "/api/counts?from=2026-11-22T12:02:00Z&to=2026-11-22T12:04:00Z"
                                        + "&sort=-queries&limit=3")
                        .path("items");
        assertThat(longs(items, "queries")).containsExactly(54L, 53L, 44L);
        JsonNode answer = one.json("/api/counts?key=com&sort=timestamp&limit=2");
        assertThat(longs(answer.path("items"), "queries")).containsExactly(1L, 2L);
        assertThat(answer.path("truncated").asBoolean()).isTrue();
        assertThat(one.json("/api/counts?final=false&limit=1000").path("items"))
                .hasSize(5 * TLDS.size());
        assertThat(one.json("/api/counts?window=PT1H").path("items")).isEmpty();
        assertThat(one.json("/api/counts?dimension=qtype").path("items")).isEmpty();
    }

    @Test
    void theLargestOfTheNewestWindowComeFirst() throws Exception {
        for (Served served : List.of(one, two)) {
            JsonNode top = served.json("/api/top?n=2").path("items");
            assertThat(longs(top, "queries")).containsExactly(60L, 50L);
            JsonNode earlier = served.json("/api/top?n=1&at=2026-11-22T12:00:00Z").path("items");
            assertThat(longs(earlier, "queries")).containsExactly(51L);
        }
    }

    @Test
    void latencyAndUnansweredAreFiguresOfTheSameCounts() throws Exception {
        JsonNode latency = one.json("/api/latency?key=com&limit=1").path("items").path(0);
        assertThat(latency.path("response_time_p99").asLong()).isEqualTo(3_000_000);
        assertThat(latency.has("queries")).isFalse();
        JsonNode unanswered = two.json("/api/unanswered?limit=1000").path("items");
        assertThat(longs(unanswered, "unanswered")).doesNotContain(0L).startsWith(2L);
        assertThat(unanswered.path(0).path("unanswered_share").asDouble()).isPositive();
    }

    @Test
    void windowsTellWhatIsHeld() throws Exception {
        JsonNode windows = two.json("/api/windows").path("items");
        assertThat(windows).hasSize(10);
        assertThat(windows.path(0).path("timestamp").asText())
                .isEqualTo("2026-11-22T12:09:00.000Z");
        assertThat(windows.path(0).path("counts").path("tld").asInt()).isEqualTo(TLDS.size());
    }

    @Test
    void nodesArePutTogetherFromAllInstances() throws Exception {
        long now = System.currentTimeMillis();
        for (Served served : List.of(one, two)) {
            served.board
                    .views()
                    .sources()
                    .iterator()
                    .next()
                    .watermark(watermark("ns1", now + 3_600_000), now);
        }
        two.board
                .views()
                .merges()
                .iterator()
                .next()
                .show(
                        "ns1",
                        NodeLedger.newBuilder()
                                .setNode("ns1")
                                .setTimestamp(Served.NOON)
                                .setWindowEnd(Served.NOON.plusSeconds(60))
                                .setSent(200)
                                .setLost(10)
                                .build());
        JsonNode node = one.json("/api/nodes").path("items").path(0);
        assertThat(node.path("node").asText()).isEqualTo("ns1");
        assertThat(node.path("clock_skew_ms").asLong()).isEqualTo(3_600_000);
        assertThat(node.path("lag_ms").asLong()).isNegative();
        assertThat(node.path("lost_share").asDouble()).isEqualTo(0.05);
        assertThat(node.path("minutes")).hasSize(1);
    }

    @Test
    void aListSaysWhatIsMissingWhenAnInstanceDoesNotAnswer() throws Exception {
        two.close();
        JsonNode answer = one.json("/api/counts?limit=1000");
        assertThat(answer.path("partial").asBoolean()).isTrue();
        assertThat(answer.path("missing_partitions")).hasToString("[2,3]");
        assertThat(answer.path("unreachable")).hasSize(1);
        assertThat(answer.path("items")).isNotEmpty();
    }

    @Test
    void anInstanceThatNeverAnswersIsWaitedForUntilTheDeadline() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0)) {
            one.instance.members =
                    List.of(
                            new Instance.Member(
                                    "127.0.0.1",
                                    deaf.getLocalPort(),
                                    false,
                                    Set.of(2, 3),
                                    Set.of(2, 3)));
            long start = System.nanoTime();
            JsonNode answer = one.json("/api/counts");
            assertThat(answer.path("missing_partitions")).hasToString("[2,3]");
            assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
        }
    }

    @Test
    void aCountWhosePartitionNobodyHasIsWorthAnotherTry() throws Exception {
        two.board.views().merges().forEach(two.board.views()::close);
        int refused = 0;
        for (String tld : TLDS) {
            HttpResponse<String> answer =
                    one.get(
                            "/api/counts/tld/%s?at=2026-11-22T12:00:00Z"
                                    .formatted(URLEncoder.encode(tld, StandardCharsets.UTF_8)));
            if (answer.statusCode() == 503) {
                refused++;
                assertThat(answer.headers().firstValue("Retry-After")).contains("1");
                assertThat(Served.parse(answer.body()).path("error").asText())
                        .isEqualTo("rebalancing");
            } else {
                assertThat(answer.statusCode()).isEqualTo(200);
            }
        }
        assertThat(refused).isBetween(1, TLDS.size() - 1);
        one.board.views().merges().forEach(one.board.views()::close);
        assertThat(one.get("/api/counts").statusCode()).isEqualTo(503);
    }

    @Test
    void withoutAnAdvertisedAddressAnInstanceAnswersForItself() throws Exception {
        one.instance.members = List.of();
        JsonNode answer = one.json("/api/top?n=1");
        assertThat(answer.path("partial").asBoolean()).isTrue();
        assertThat(answer.path("missing_partitions")).hasToString("[2,3]");
        assertThat(one.json("/api/instances").path("items")).isEmpty();
    }

    @Test
    void beforeTheTopicsAreKnownThereIsNothingToAsk() throws Exception {
        one.instance.partitions = 0;
        assertThat(one.get("/api/counts").statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/counts?limit=0",
                "/api/counts?limit=1001",
                "/api/counts?limit=x",
                "/api/counts?limit=1&limit=2",
                "/api/counts?foo=1",
                "/api/counts?dimension=%3Cscript%3E",
                "/api/counts?key=",
                "/api/counts?key",
                "/api/counts?from=yesterday",
                "/api/counts?from=%2B1000000000-12-31T23:59:59Z",
                "/api/counts?from=2026-11-22T12:00:00Z&to=2026-11-22T11:00:00Z",
                "/api/counts?at=2026-11-22T12:00:00Z&from=2026-11-22T12:00:00Z",
                "/api/counts?sort=key",
                "/api/counts?sort=clients_sketch",
                "/api/counts?sort=--queries",
                "/api/counts?final=yes",
                "/api/counts?window=PT5M",
                "/api/counts?key=LONG",
                "/api/counts?scope=galaxy",
                "/api/counts/planet/earth",
                "/api/top?by=timestamp",
                "/api/top?n=-1",
                "/api/nodes?minutes=61",
                "/api/live?status=MAYBE",
                "/api/live?rate=0",
                "/api/instances?x=1"
            })
    void whatCannotBeUnderstoodIsRefusedInOneSentence(String path) throws Exception {
        if (path.endsWith("LONG")) {
            path = path.replace("LONG", "a".repeat(513));
        }
        HttpResponse<String> answer = one.get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(400);
        JsonNode error = Served.parse(answer.body());
        assertThat(error.path("error").asText()).isEqualTo("bad-request");
        assertThat(error.path("message").asText()).endsWith(".").hasSizeLessThan(700);
    }

    private static DnsPacket watermark(String node, long timeMs) {
        return DnsPacket.newBuilder()
                .setKind("watermark")
                .setNode(node)
                .setRun(1)
                .setSequence(0)
                .setTimestampUs(timeMs * 1000)
                .build();
    }

    private static List<Long> longs(JsonNode items, String field) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(item -> item.path(field).asLong())
                .toList();
    }
}
