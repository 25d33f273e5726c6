package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.fixtures.Requires;
import io.stream53.fixtures.SearchNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What must hold of the sink before any engine when things go wrong: every record is in its index
 * once, in its last version, or among the dead letters with a reason, and no offset is committed
 * before that. {@link SinkUnderLoad} checks it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class EngineFailureContract {
    /** A request above this is answered with 413. */
    private static final int MAX_REQUEST = 1024 * 1024;

    /** One thread with a queue of ten, and little memory for requests under way: soon busy. */
    private static final Map<String, String> SOON_BUSY =
            Map.of(
                    "thread_pool.write.size",
                    "1",
                    "thread_pool.write.queue_size",
                    "10",
                    "indexing_pressure.memory.limit",
                    "2mb",
                    "http.max_content_length",
                    MAX_REQUEST + "b");

    private final SearchNode.Kind kind;

    @TempDir private static Path folder;
    private SearchNode engine;
    private BadNetwork network;
    private LoggedReasons reasons;

    EngineFailureContract(SearchNode.Kind kind) {
        this.kind = kind;
    }

    @BeforeAll
    void startEngine() throws Exception {
        Path _ = Requires.file(kind.libraries());
        engine = SearchNode.start(kind, folder.resolve(kind.name()), SOON_BUSY);
        engine.call("PUT", "/_index_template/failures", Load.TEMPLATE);
    }

    @AfterAll
    void stopEngine() {
        java.util.Optional.ofNullable(engine).ifPresent(SearchNode::close);
    }

    @BeforeEach
    void start() throws IOException {
        network = new BadNetwork(engine.port());
        reasons = new LoggedReasons();
    }

    @AfterEach
    void stop() throws IOException {
        reasons.close();
        network.close();
    }

    private SinkUnderLoad sink(Load load, String topic, String... settings) {
        return new SinkUnderLoad(engine, network.url(), load, topic, settings);
    }

    private static void finish(SinkUnderLoad sink) throws IOException, InterruptedException {
        sink.finish();
        sink.check();
    }

    @Test
    void losesNothingWhenTheEngineIsKilledUnderLoad() throws Exception {
        Load load = new Load("dns-killed", 100);
        load.add(3_000);
        try (SinkUnderLoad sink = sink(load, "dns-killed")) {
            for (int i = 0; i < 5; i++) {
                sink.step();
            }
            engine.kill();
            CompletableFuture<Void> back = restart();
            while (!back.isDone()) {
                sink.step();
            }
            back.join();
            finish(sink);
            assertThat(sink.hasPaused()).isTrue();
        }
    }

    private CompletableFuture<Void> restart() {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        engine.restart();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @Test
    void pausesWhileTheEngineIsSlow() throws Exception {
        Load load = new Load("dns-slow", 100);
        load.add(3_000);
        network.delay(Duration.ofMillis(100));
        try (SinkUnderLoad sink = sink(load, "dns-slow")) {
            finish(sink);
            assertThat(sink.hasPaused()).isTrue();
        }
    }

    @Test
    void waitsForADiskThatIsFullAndSaysSoOnce() throws Exception {
        Load load = new Load("dns-full", 100);
        load.add(100);
        try (SinkUnderLoad sink = sink(load, "dns-full")) {
            sink.finish();
            block("dns-full-2026.11.22", "read_only_allow_delete", "true");
            load.add(500);
            while (reasons.with("/12/").size() < 10) {
                sink.step();
            }
            block("dns-full-2026.11.22", "read_only_allow_delete", "null");
            finish(sink);
        }
        assertThat(reasons.with("WARN The engine has made an index read-only")).hasSize(1);
        assertThat(reasons.with("429 cluster_block_exception")).isNotEmpty();
    }

    @Test
    void stopsAtABlockThatSomebodySet() throws Exception {
        Load load = new Load("dns-blocked", 100);
        load.add(100);
        try (SinkUnderLoad sink = sink(load, "dns-blocked")) {
            sink.finish();
            block("dns-blocked-2026.11.22", "write", "true");
            load.add(100);
            assertThatThrownBy(sink::finish)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("remove the block")
                    .hasMessageContaining("403 cluster_block_exception");
            assertThat(sink.deadLetters()).isEmpty();
        }
    }

    private void block(String index, String block, String value) throws Exception {
        engine.call(
                "PUT",
                "/" + index + "/_settings",
                "{\"index.blocks.%s\": %s}".formatted(block, value));
    }

    @Test
    void sendsItemsThatAFullQueueRefusedAgain() throws Exception {
        Load load = new Load("dns-queue", 100);
        load.add(4_000);
        String[] many = {"max.in.flight.requests", "40", "batch.size", "20", "linger.ms", "0"};
        try (SinkUnderLoad sink = sink(load, "dns-queue", many)) {
            finish(sink);
        }
        assertThat(reasons.with("rejected_execution_exception: rejected execution of"))
                .as("items refused by the queue")
                .isNotEmpty();
    }

    @Test
    void sendsRequestsThatTheEngineHadNoMemoryForAgain() throws Exception {
        Load load = new Load("dns-pressure", 20_000);
        load.add(600);
        try (SinkUnderLoad sink =
                sink(load, "dns-pressure", "bulk.size.bytes", "800000", "linger.ms", "200")) {
            finish(sink);
        }
        assertThat(reasons.with("rejected_execution_exception: rejected execution of coordinating"))
                .as("requests refused as a whole")
                .isNotEmpty();
    }

    @Test
    void reportsWhatCannotBeIndexedAndIndexesTheRest() throws Exception {
        Load load = new Load("dns-faulty", 100);
        for (int i = 0; i < 5; i++) {
            load.add(50);
            load.addMalformed();
            load.addTombstone();
            load.addLongId();
            load.addOversized(MAX_REQUEST + 1);
        }
        try (SinkUnderLoad sink = sink(load, "dns-faulty")) {
            finish(sink);
            assertThat(sink.deadLetters()).hasSize(15);
            for (LoadContext.DeadLetter letter : sink.deadLetters()) {
                String key = String.valueOf(letter.record().key());
                String reason =
                        key.startsWith("malformed")
                                ? "400 "
                                : key.startsWith("oversized") ? "413" : "1 to 512";
                assertThat(letter.reason()).contains(reason);
            }
        }
    }

    @Test
    void splitsRequestsThatAreTooLargeTogether() throws Exception {
        Load load = new Load("dns-split", 50_000);
        load.add(100);
        try (SinkUnderLoad sink = sink(load, "dns-split", "linger.ms", "200")) {
            finish(sink);
        }
    }

    @Test
    void sendsAgainWhenNobodyKnowsWhatBecameOfARequest() throws Exception {
        Load load = new Load("dns-cut", 1_000);
        load.add(3_000);
        network.cutRequests(15);
        try (SinkUnderLoad sink = sink(load, "dns-cut")) {
            while (!network.hasCut()) {
                sink.step();
            }
            load.add(2_000);
            network.cutAnswers(15);
            finish(sink);
        }
        assertThat(network.hasCut()).isTrue();
    }

    @Test
    void forgetsAndRepeatsWhatWasUnderWayWhenPartitionsMove() throws Exception {
        Load load = new Load("dns-moved", 100);
        load.add(3_000);
        load.addMalformed();
        network.delay(Duration.ofMillis(20));
        try (SinkUnderLoad sink = sink(load, "dns-moved")) {
            for (int i = 0; i < 8; i++) {
                sink.stepUntilMoreIsCommitted();
                sink.rebalance();
            }
            finish(sink);
        }
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES) // -Psoak makes five of trouble.
    void survivesTroubleOfAllKinds() throws Exception {
        String topic = "dns-trouble";
        Duration time = Duration.ofSeconds(Long.getLong("stream53.trouble.seconds", 10));
        Load load = new Load(topic, 100);
        try (SinkUnderLoad sink = sink(load, topic, "max.in.flight.requests", "10")) {
            Trouble trouble = new Trouble(engine, network, topic, 53);
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < end || !trouble.hadEnough()) {
                if (sink.hasDelivered()) {
                    load.add(500);
                    load.addMalformed();
                }
                trouble.next(sink);
                sink.step();
            }
            trouble.end();
            finish(sink);
            System.err.println("survived on " + kind + ": " + trouble);
        }
    }
}
