package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.fixtures.IndexTemplates;
import io.stream53.fixtures.Requires;
import io.stream53.fixtures.SearchNode;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.TldCount;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Templates and sink before the engine that the standalone pipeline has. */
@Timeout(240)
class RealEngineTest {
    private static final String ENRICHED = "dns-enriched-2026.11.22";
    private static final String COUNTS = "dns-tld-counts-2026.11";

    @TempDir private static Path folder;
    private static SearchNode engine;

    private final AvroData data = new AvroData();
    private long offset;

    @BeforeAll
    static void start() throws Exception {
        Path _ = Requires.file(SearchNode.Kind.OPENSEARCH.libraries());
        engine = SearchNode.start(SearchNode.Kind.OPENSEARCH, folder, Map.of());
        IndexTemplates.apply(engine);
    }

    @AfterAll
    static void stop() {
        // The engine is not there when the test was skipped.
        java.util.Optional.ofNullable(engine).ifPresent(SearchNode::close);
    }

    private SinkRecord record(String topic, String key, IndexedRecord value) {
        Schema schema = data.toConnectSchema(value.getSchema());
        return new SinkRecord(topic, 0, null, key, schema, value, offset++);
    }

    /** Puts the records through a task and returns what went to the dead letters. */
    private List<String> index(SinkRecord... records) {
        TopicPartition partition = new TopicPartition("dns.enriched", 0);
        FakeContext context = new FakeContext(true, partition);
        ElasticsearchSinkTask task = new ElasticsearchSinkTask();
        task.initialize(context);
        task.start(
                SinkHarness.settings(
                        engine.url(),
                        "topics",
                        "dns.enriched,dns.tld-counts,dns.alerts,dns.ledger",
                        "index.pattern",
                        "dns.enriched:dns-enriched-{yyyy.MM.dd},"
                                + "dns.tld-counts:dns-tld-counts-{yyyy.MM},"
                                + "dns.alerts:dns-alerts-{yyyy.MM},"
                                + "dns.ledger:dns-ledger-{yyyy.MM}"));
        task.put(List.of(records));
        Map<TopicPartition, OffsetAndMetadata> all =
                Stream.of("dns.enriched", "dns.tld-counts", "dns.alerts", "dns.ledger")
                        .collect(
                                Collectors.toMap(
                                        topic -> new TopicPartition(topic, 0),
                                        topic -> new OffsetAndMetadata(offset)));
        await().atMost(Duration.ofMinutes(1)).until(() -> task.preCommit(all).equals(all));
        task.stop();
        return context.reports();
    }

    @Test
    void indexesATransactionWithEveryField() throws IOException, InterruptedException {
        List<String> reports = index(record("dns.enriched", "full", SampleRecords.transaction()));
        assertThat(reports).isEmpty();
        engine.call("POST", "/" + ENRICHED + "/_refresh", "");

        String found = "full";
        assertThat(engine.search(ENRICHED, term("event.dataset", "dns.enriched"))).contains(found);
        assertThat(engine.search(ENRICHED, term("ecs.version", "9.0.0"))).contains(found);
        assertThat(engine.search(ENRICHED, term("source.ip", "192.0.2.0/24"))).contains(found);
        assertThat(engine.search(ENRICHED, term("source.address", "192.0.2.7"))).contains(found);
        assertThat(engine.search(ENRICHED, term("related.ip", "2001:db8::53"))).contains(found);
        assertThat(engine.search(ENRICHED, term("related.hosts", "example.com"))).contains(found);
        assertThat(engine.search(ENRICHED, term("dns.id", "65535"))).contains(found);
        assertThat(engine.search(ENRICHED, term("event.module", "stream53"))).contains(found);
        assertThat(engine.search(ENRICHED, term("dns.resolved_ip", "192.0.2.1"))).contains(found);
        assertThat(engine.search(ENRICHED, term("timestamp_us", "9007199254740993")))
                .contains(found);
        assertThat(
                        engine.search(
                                ENRICHED,
                                """
                                {"geo_distance": {"distance": "50km",
                                 "destination.geo.location": {"lat": 50.1, "lon": 8.6}}}
                                """))
                .contains(found);
        assertThat(
                        engine.search(
                                ENRICHED,
                                """
                                {"range": {"@timestamp": {"gte": "2026-11-22T16:08:00.123Z",
                                                          "lte": "2026-11-22T16:08:00.123Z"}}}
                                """))
                .contains(found);
        JsonNode document = engine.call("GET", "/" + ENRICHED + "/_doc/full", "");
        assertThat(document.at("/_source/timestamp_us").asLong()).isEqualTo(9007199254740993L);
    }

    @Test
    void replacesACountByTheLaterOne() throws IOException, InterruptedException {
        TldCount first = SampleRecords.count();
        TldCount last = SampleRecords.count();
        last.setQueries(9);
        last.setFinal$(true);
        assertThat(
                        index(
                                record("dns.tld-counts", "tld|com|x", first),
                                record("dns.tld-counts", "tld|com|x", last)))
                .isEmpty();
        engine.call("POST", "/" + COUNTS + "/_refresh", "");
        assertThat(engine.call("GET", "/" + COUNTS + "/_count", "").path("count").asInt())
                .isEqualTo(1);
        assertThat(engine.search(COUNTS, term("queries", "9"))).containsExactly("tld|com|x");
        assertThat(engine.search(COUNTS, term("event.kind", "metric"))).hasSize(1);
        // What lists the most frequent can be used without nested queries, which Lens lacks.
        assertThat(engine.search(COUNTS, term("top_keys.names", "www.example.com"))).hasSize(1);
        assertThat(engine.search(COUNTS, term("top_keys.clients", "192.0.2.1"))).hasSize(1);
    }

    @Test
    void replacesAnAlertByTheLaterOneInTheIndexOfItsStart()
            throws IOException, InterruptedException {
        DnsAlert closed = SampleRecords.alert();
        closed.setStatus("closed");
        closed.setFinal$(true);
        closed.getEvent().setEnd(SampleRecords.TIME.plus(Duration.ofDays(10)));
        assertThat(
                        index(
                                record("dns.alerts", "a1", SampleRecords.alert()),
                                record("dns.alerts", "a1", closed)))
                .isEmpty();
        String index = "dns-alerts-2026.11";
        engine.call("POST", "/" + index + "/_refresh", "");
        assertThat(engine.search("dns-alerts-*", "{\"ids\": {\"values\": [\"a1\"]}}"))
                .containsExactly("a1");
        assertThat(engine.search(index, term("status", "closed"))).contains("a1");
        assertThat(engine.search(index, term("subject.value", "2001:db8::53"))).contains("a1");
        assertThat(engine.search(index, term("event.dataset", "dns.alerts"))).contains("a1");
    }

    @Test
    void indexesALedgerWithReasonsThatTheTemplateDoesNotKnow()
            throws IOException, InterruptedException {
        assertThat(index(record("dns.ledger", "ns1|x", SampleRecords.ledger()))).isEmpty();
        String index = "dns-ledger-2026.11";
        engine.call("POST", "/" + index + "/_refresh", "");
        assertThat(engine.search(index, term("dropped.kernel", "2"))).containsExactly("ns1|x");
        assertThat(engine.search(index, term("dropped.aReasonOfLater", "1"))).hasSize(1);
    }

    @Test
    void usersAddFieldsAndSettingsOfTheirOwn() throws IOException, InterruptedException {
        engine.call(
                "PUT",
                "/_component_template/dns-enriched@custom",
                """
                {"template": {
                   "settings": {"index": {"refresh_interval": "30s"}},
                   "mappings": {"properties": {"dns": {"properties": {
                     "customer": {"type": "keyword"}}}}}}}
                """);
        try {
            engine.call("PUT", "/dns-enriched-mine", "");
            String own = "{\"@timestamp\": 0, \"dns\": {\"customer\": \"a\"}}";
            engine.call("POST", "/dns-enriched-mine/_doc?refresh=true", own);
            assertThat(engine.search("dns-enriched-mine", term("dns.customer", "a"))).hasSize(1);
            JsonNode settings = engine.call("GET", "/dns-enriched-mine/_settings", "");
            assertThat(settings.findValue("refresh_interval").asText()).isEqualTo("30s");
            assertThat(settings.findValue("codec").asText()).isEqualTo("best_compression");
            JsonNode mapping = engine.call("GET", "/dns-enriched-mine/_mapping", "");
            assertThat(mapping.findValue("dynamic").asText()).isEqualTo("strict");
        } finally {
            engine.call("DELETE", "/dns-enriched-mine", "");
            IndexTemplates.apply(engine);
        }
    }

    @Test
    void indexesWhatOpenAlertsOfTheSameEngineAreAbout() throws Exception {
        DnsAlert about = SampleRecords.alert();
        assertThat(index(record("dns.alerts", "open", about))).isEmpty();
        engine.call("POST", "/dns-alerts-*/_refresh", "");
        SinkSettings settings =
                SinkSettings.of(SinkHarness.settings(engine.url(), "index.select", "alerting"));
        SinkCounters counters = new SinkCounters("watching", 0);
        DnsTransaction sample = SampleRecords.transaction();
        RecordValue transaction = new RecordValue(data.toConnectSchema(sample.getSchema()), sample);
        try (AlertWatch watch = AlertWatch.of(settings, counters)) {
            watch.poll();
            assertThat(watch.open().areAbout(transaction)).isTrue();

            about.setFinal$(true);
            assertThat(index(record("dns.alerts", "open", about))).isEmpty();
            engine.call("POST", "/dns-alerts-*/_refresh", "");
            watch.poll();
            assertThat(watch.open().areAbout(transaction)).isFalse();
        }
        SinkSettings nowhere =
                SinkSettings.of(
                        SinkHarness.settings(engine.url(), "index.select.alerts", "nothing-*"));
        try (AlertWatch watch = AlertWatch.of(nowhere, counters)) {
            watch.poll();
        }
        assertThat(counters.getAlertQueriesFailed()).isZero();
    }

    @Test
    void rejectsOnlyTheDocumentThatDoesNotFit() throws IOException, InterruptedException {
        DnsTransaction noAddress = SampleRecords.transaction();
        noAddress.getClient().setIp("not an address");
        Struct unknownField =
                new Struct(
                                SchemaBuilder.struct()
                                        .field(
                                                "timestamp",
                                                org.apache.kafka.connect.data.Timestamp.SCHEMA)
                                        .field("surprise", SchemaBuilder.STRING_SCHEMA)
                                        .build())
                        .put("timestamp", java.util.Date.from(SampleRecords.TIME))
                        .put("surprise", "x");
        List<String> reports =
                index(
                        record("dns.enriched", "good1", SampleRecords.transaction()),
                        record("dns.enriched", "bad1", noAddress),
                        new SinkRecord(
                                "dns.enriched", 0, null, "bad2", null, unknownField, offset++),
                        record("dns.enriched", "good2", SampleRecords.transaction()));
        assertThat(reports).hasSize(2);
        assertThat(reports).anyMatch(r -> r.startsWith("bad1: 400") && r.contains("client.ip"));
        assertThat(reports).anyMatch(r -> r.startsWith("bad2: 400") && r.contains("surprise"));
        engine.call("POST", "/" + ENRICHED + "/_refresh", "");
        assertThat(
                        engine.search(
                                ENRICHED,
                                "{\"ids\": {\"values\": [\"good1\", \"bad1\", \"bad2\","
                                        + " \"good2\"]}}"))
                .containsExactlyInAnyOrder("good1", "good2");
    }

    private static String term(String field, String value) {
        return "{\"term\": {\"%s\": \"%s\"}}".formatted(field, value);
    }
}
