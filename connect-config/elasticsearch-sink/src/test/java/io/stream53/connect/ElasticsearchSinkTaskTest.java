package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.schema.DnsTransaction;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ElasticsearchSinkTaskTest {
    private static final String DAY = "dns-enriched-2026.11.22/";

    private FakeEngine engine;

    @BeforeEach
    void startEngine() throws IOException {
        engine = new FakeEngine();
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @Test
    void indexesUnderTheKeyInTheIndexOfTheEventsDay() {
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(
                    sink.record("a", "one", Instant.parse("2026-11-22T23:59:59.999Z")),
                    sink.record("b", "two", Instant.parse("2026-11-23T00:00:00Z")));
            sink.untilSettled();
        }
        assertThat(engine.documents())
                .containsEntry(
                        "dns-enriched-2026.11.22/a",
                        "{\"@timestamp\":\"2026-11-22T23:59:59.999Z\",\"text\":\"one\"}")
                .containsKey("dns-enriched-2026.11.23/b");
    }

    @Test
    void indexesOnlyWhatIsSelectedAndCommitsTheRest() throws Exception {
        DnsTransaction failed = SampleRecords.transaction();
        failed.getEvent().setOutcome("failure");
        AvroData data = new AvroData();
        try (SinkHarness sink =
                new SinkHarness(engine, "index.select", "failed,slow:1s", "name", "selecting")) {
            sink.put(
                    sink.raw("well", data.toStruct(SampleRecords.transaction())),
                    sink.raw("failed", data.toStruct(failed)),
                    sink.raw("count", data.toStruct(SampleRecords.count())),
                    sink.raw("other", null));
            sink.untilSettled();
            assertThat(counter("selecting", "NotSelected")).isEqualTo(1);
            assertThat(counter("selecting", "Received")).isEqualTo(4);
            assertThat(counter("selecting", "Indexed")).isEqualTo(2);
        }
        assertThat(engine.documents()).containsOnlyKeys(DAY + "failed", DAY + "count");
        assertThat(engine.documents().get(DAY + "failed"))
                .contains("\"index_sampling_rate\":1")
                .contains("\"related\":");
        assertThat(engine.documents().get(DAY + "count")).doesNotContain("index_sampling_rate");
    }

    @Test
    void countsWhatWentOutsideOfTheWindow() throws Exception {
        try (SinkHarness sink =
                new SinkHarness(engine, "name", "windowed", "index.window.past", "30d")) {
            sink.put(
                    seenAtNoon(sink.record("a", "1")),
                    seenAtNoon(sink.record("b", "2", Instant.EPOCH)));
            sink.untilSettled();
            assertThat(counter("windowed", "Outside")).isEqualTo(1);
        }
        assertThat(engine.documents()).containsOnlyKeys(DAY + "a", "dns-enriched-outside/b");
    }

    private static SinkRecord seenAtNoon(SinkRecord record) {
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                SinkHarness.NOON.toEpochMilli());
    }

    private static long counter(String connector, String name) throws JMException {
        ObjectName bean =
                new ObjectName(
                        "io.stream53.connect:type=elasticsearch-sink,connector="
                                + ObjectName.quote(connector)
                                + ",task=0");
        return (Long) ManagementFactory.getPlatformMBeanServer().getAttribute(bean, name);
    }

    @Test
    void sendsOnlyTheItemsThatWereTooManyAgain() {
        engine.then(
                FakeEngine.items(i -> i.id().equals("b"), 429, "es_rejected_execution_exception"));
        try (SinkHarness sink = new SinkHarness(engine, "linger.ms", "50")) {
            sink.put(sink.record("a", "1"), sink.record("b", "2"), sink.record("c", "3"));
            sink.untilSettled();
            assertThat(sink.context.reports()).isEmpty();
        }
        assertThat(engine.documents()).hasSize(3);
        assertThat(engine.requests().getLast())
                .extracting(FakeEngine.Item::id)
                .containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void sendsTheWholeRequestAgainWhenItWasNotTaken(int status) {
        engine.then(
                FakeEngine.status(status, "busy"),
                FakeEngine.status(status, "busy"),
                FakeEngine.status(status, "busy"));
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(sink.record("a", "1"));
            sink.untilSettled();
            assertThat(sink.context.reports()).isEmpty();
        }
        assertThat(engine.documents()).hasSize(1);
        assertThat(engine.requests()).hasSize(4);
    }

    @Test
    void sendsItemsOfAShardThatIsAwayAgain() {
        engine.then(FakeEngine.items(i -> true, 503, "unavailable_shards_exception"));
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(sink.record("a", "1"));
            sink.untilSettled();
            assertThat(sink.context.reports()).isEmpty();
        }
        assertThat(engine.documents()).hasSize(1);
    }

    @Test
    void reportsTheDocumentAtFaultAndIndexesItsNeighbours() {
        engine.then(FakeEngine.items(i -> i.id().equals("b"), 400, "mapper_parsing_exception"));
        try (SinkHarness sink = new SinkHarness(engine, "linger.ms", "50")) {
            sink.put(sink.record("a", "1"), sink.record("b", "2"), sink.record("c", "3"));
            sink.untilSettled();
            assertThat(sink.context.reports())
                    .containsExactly("b: 400 mapper_parsing_exception: because");
        }
        assertThat(engine.documents()).containsOnlyKeys(DAY + "a", DAY + "c");
    }

    @Test
    void stopsAtADocumentAtFaultWhenToldToFail() {
        engine.then(FakeEngine.items(i -> true, 400, "mapper_parsing_exception"));
        try (SinkHarness sink =
                new SinkHarness(engine, false, "behavior.on.malformed.documents", "fail")) {
            sink.put(sink.record("a", "1"));
            assertThatThrownBy(() -> sink.until(() -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("dns.enriched-0@0")
                    .hasMessageContaining("mapper_parsing_exception");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400,mend what it reports",
        "401,check connection.username",
        "403,privileges",
        "404,check connection.url"
    })
    void failsFastWhenSendingAgainWouldNotHelp(int status, String advice) {
        engine.then(FakeEngine.status(status, "security_exception"));
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(sink.record("a", "1"));
            assertThatThrownBy(() -> sink.until(() -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining(advice)
                    .hasMessageContaining(Integer.toString(status));
            assertThat(sink.context.reports()).isEmpty();
        }
        assertThat(engine.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"403,security_exception", "400,index_closed_exception", "404,index_not_found"})
    void neverBlamesADocumentForTheIndex(int status, String type) {
        engine.then(FakeEngine.items(i -> true, status, type));
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(sink.record("a", "1"));
            assertThatThrownBy(() -> sink.until(() -> false)).isInstanceOf(ConnectException.class);
            assertThat(sink.context.reports()).isEmpty();
        }
    }

    @Test
    void splitsARequestThatIsTooLarge() {
        FakeEngine.Script tooLarge = FakeEngine.status(413, "content_too_long");
        engine.then(tooLarge, tooLarge, FakeEngine.ok(), tooLarge);
        try (SinkHarness sink =
                new SinkHarness(engine, "linger.ms", "50", "max.in.flight.requests", "1")) {
            sink.put(
                    sink.record("a", "1"),
                    sink.record("b", "2"),
                    sink.record("c", "3"),
                    sink.record("d", "4"));
            sink.untilSettled();
            // Of abcd, ab and b alone were too large.
            assertThat(sink.context.reports()).hasSize(1).first().asString().startsWith("b: 413");
        }
        assertThat(engine.documents()).containsOnlyKeys(DAY + "a", DAY + "c", DAY + "d");
    }

    @Test
    void sendsAgainWhenTheConnectionIsCutBeforeTheAnswer() {
        engine.then(FakeEngine.cutAfterApplying());
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(sink.record("a", "1"));
            sink.untilSettled();
        }
        assertThat(engine.documents()).containsOnlyKeys(DAY + "a");
        assertThat(engine.requests().size()).isGreaterThan(1);
    }

    @Test
    void sendsAgainWhenNoAnswerComesInTime() {
        CountDownLatch never = new CountDownLatch(1);
        engine.then(FakeEngine.after(never, FakeEngine.ok()));
        try (SinkHarness sink = new SinkHarness(engine, "read.timeout.ms", "200")) {
            sink.put(sink.record("a", "1"));
            sink.untilSettled();
        }
        assertThat(engine.documents()).hasSize(1);
        never.countDown();
    }

    @Test
    void waitsForADiskThatIsFullWhateverTheStatus() {
        engine.then(
                FakeEngine.items(
                        i -> true,
                        403,
                        "cluster_block_exception: blocked by: [FORBIDDEN/12/index read-only /"
                                + " allow delete (api)]"));
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(sink.record("a", "1"));
            sink.untilSettled();
            assertThat(sink.context.reports()).isEmpty();
        }
        assertThat(engine.documents()).hasSize(1);
    }

    @Test
    void aLaterVersionThatIsThereAlreadyIsNoFault() {
        engine.then(FakeEngine.items(i -> true, 409, "version_conflict_engine_exception"));
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(sink.record("a", "1"));
            sink.untilSettled();
            assertThat(sink.context.reports()).isEmpty();
        }
        assertThat(engine.requests()).hasSize(1);
    }

    @Test
    void commitsNoOffsetBeforeTheDeadLetterIsWritten() {
        CompletableFuture<Void> written = new CompletableFuture<>();
        engine.then(FakeEngine.items(i -> true, 400, "mapper_parsing_exception"));
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.context.reportsAreDoneWith(written);
            sink.put(sink.record("a", "1"));
            sink.until(() -> !sink.context.reports().isEmpty());
            assertThat(sink.committable()).isZero();
            written.complete(null);
            sink.untilSettled();
            assertThat(sink.context.reports()).hasSize(1);
        }
    }

    @Test
    void failsWhenTheDeadLetterIsNotTaken() {
        engine.then(FakeEngine.items(i -> true, 400, "mapper_parsing_exception"));
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.context.reportsAreDoneWith(
                    CompletableFuture.failedFuture(new IOException("no broker")));
            sink.put(sink.record("a", "1"));
            assertThatThrownBy(() -> sink.until(() -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("no broker");
        }
    }

    @Test
    void halvesARequestThatFailsAgainAndAgain() {
        engine.otherwise(
                (fake, exchange, items) ->
                        (items.size() > 1 ? FakeEngine.status(429, "busy") : FakeEngine.ok())
                                .answer(fake, exchange, items));
        try (SinkHarness sink =
                new SinkHarness(engine, "linger.ms", "50", "max.in.flight.requests", "1")) {
            sink.put(
                    sink.record("a", "1"),
                    sink.record("b", "2"),
                    sink.record("c", "3"),
                    sink.record("d", "4"));
            sink.untilSettled();
        }
        assertThat(engine.documents()).hasSize(4);
    }

    @Test
    void givesUpAfterTheRetriesThatAreAllowed() {
        engine.then(FakeEngine.status(503, "x"), FakeEngine.status(503, "x"));
        try (SinkHarness sink = new SinkHarness(engine, "max.retries", "1")) {
            sink.put(sink.record("a", "1"));
            assertThatThrownBy(() -> sink.until(() -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("max.retries");
        }
    }

    @Test
    void commitsUpToTheFirstRecordThatIsNotSettled() {
        CountDownLatch release = new CountDownLatch(1);
        try (SinkHarness sink = new SinkHarness(engine, "batch.size", "1")) {
            sink.put(sink.record("a", "0"));
            sink.untilSettled();
            engine.then(FakeEngine.after(release, FakeEngine.ok()));
            sink.put(sink.record("b", "1"));
            sink.until(() -> engine.requests().size() == 2);
            sink.put(sink.record("c", "2"));
            sink.until(() -> engine.documents().containsKey(DAY + "c"));
            assertThat(sink.committable()).isEqualTo(1);
            release.countDown();
            sink.untilSettled();
        }
    }

    @Test
    void keepsTheOrderOfWritesToOneDocument() {
        CountDownLatch release = new CountDownLatch(1);
        engine.then(FakeEngine.after(release, FakeEngine.status(429, "busy")));
        try (SinkHarness sink = new SinkHarness(engine, "batch.size", "1")) {
            sink.put(sink.record("a", "first"));
            sink.until(() -> engine.requests().size() == 1);
            sink.put(sink.record("a", "second"), sink.record("a", "third"));
            release.countDown();
            sink.untilSettled();
        }
        List<String> texts =
                engine.requests().stream()
                        .flatMap(List::stream)
                        .filter(item -> item.id().equals("a"))
                        .map(item -> String.valueOf(item.document()).replaceAll(".*:\"|\"}", ""))
                        .toList();
        assertThat(texts).containsExactly("first", "first", "second", "third");
    }

    @Test
    void pausesItsPartitionsWhileTheBufferIsFull() {
        CountDownLatch release = new CountDownLatch(1);
        engine.then(FakeEngine.after(release, FakeEngine.ok()));
        try (SinkHarness sink = new SinkHarness(engine, "max.buffered.records", "2")) {
            sink.put(sink.record("a", "1"), sink.record("a", "2"), sink.record("a", "3"));
            assertThat(sink.context.paused()).containsExactly(SinkHarness.PARTITION);
            release.countDown();
            sink.until(() -> sink.context.paused().isEmpty());
            sink.untilSettled();
        }
    }

    @Test
    void writesNothingMoreOncePartitionsAreTakenAway() {
        CountDownLatch release = new CountDownLatch(1);
        engine.then(FakeEngine.status(429, "busy"));
        try (SinkHarness sink =
                new SinkHarness(
                        engine, "retry.backoff.ms", "60000", "max.in.flight.requests", "1")) {
            sink.put(sink.record("a", "1"));
            sink.until(() -> engine.requests().size() == 1);
            sink.put(sink.record("a", "2"), sink.record("b", "3"));
            sink.task.close(List.of(SinkHarness.PARTITION));
            // The same task may get the partition again, with the records that were not committed.
            sink.put(sink.record("a", "4"));
            sink.until(() -> engine.documents().containsKey(DAY + "a"));
        }
        release.countDown();
        assertThat(engine.documents()).containsOnlyKeys(DAY + "a");
        assertThat(engine.documents().get(DAY + "a")).contains("\"4\"");
    }

    @Test
    void reportsRecordsThatCannotBecomeDocuments() {
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(
                    sink.record("k".repeat(513), "x"),
                    sink.record("é".repeat(256), "x"),
                    sink.record(null, "x"),
                    sink.raw("text", "no struct"));
            sink.untilSettled();
            assertThat(sink.context.reports()).hasSize(3);
            assertThat(sink.context.reports().get(0)).contains("513 bytes");
            assertThat(sink.context.reports().get(1)).contains("key.converter");
            assertThat(sink.context.reports().get(2)).contains("value.converter");
        }
        assertThat(engine.documents()).hasSize(1);
    }

    @Test
    void ignoresTombstonesWhenToldTo() {
        try (SinkHarness sink = new SinkHarness(engine)) {
            sink.put(sink.raw("a", null));
            sink.untilSettled();
        }
        assertThat(engine.requests()).isEmpty();
    }

    @Test
    void deletesForTombstonesWhenTheIndexIsKnown() {
        try (SinkHarness sink =
                new SinkHarness(
                        engine,
                        "index.pattern",
                        "{topic}-all",
                        "behavior.on.null.values",
                        "delete")) {
            sink.put(sink.record("a", "1"), sink.raw("a", null), sink.record("b", "2"));
            sink.untilSettled();
        }
        assertThat(engine.documents()).containsOnlyKeys("dns.enriched-all/b");
    }

    @Test
    void refusesDeletesWhenTheIndexDependsOnTime() {
        assertThatThrownBy(() -> new SinkHarness(engine, "behavior.on.null.values", "delete"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("behavior.on.null.values");
    }

    @Test
    void sendsCredentialsWithEachRequest() {
        try (SinkHarness sink =
                new SinkHarness(engine, "connection.username", "u", "connection.password", "p:w")) {
            sink.put(sink.record("a", "1"));
            sink.untilSettled();
        }
        assertThat(engine.lastHeader("Authorization")).isEqualTo("Basic dTpwOnc=");
    }

    @Test
    void sendsTheApiKeyWithEachRequest() {
        try (SinkHarness sink = new SinkHarness(engine, "api.key", "abc")) {
            sink.put(sink.record("a", "1"));
            sink.untilSettled();
        }
        assertThat(engine.lastHeader("Authorization")).isEqualTo("ApiKey abc");
    }
}
