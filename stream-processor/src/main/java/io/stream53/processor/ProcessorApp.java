package io.stream53.processor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.serve.LedgerMetrics;
import io.stream53.processor.serve.StatusServer;
import io.stream53.processor.task.LedgerBoard;
import io.stream53.processor.task.Outage;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running processor: Kafka Streams, the HTTP server, and how both end. */
final class ProcessorApp {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(ProcessorApp.class);

    private final ProcessorConfig config;
    private final LedgerBoard board = new LedgerBoard();
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile StatusServer.Health health = StatusServer.Health.STARTING;

    ProcessorApp(ProcessorConfig config) {
        this.config = config;
    }

    /**
     * Runs until SIGTERM or a failure.
     *
     * @return exit status
     */
    int run() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        LedgerMetrics.bind(board, metrics);
        try (GeoFiles geo = GeoFiles.open(config.geoip());
                StatusServer server = serve(metrics);
                Admin admin = Admin.create(adminConfig())) {
            LOG.info(
                    "Listening on http://{}:{}",
                    config.http().getHostString(),
                    server.address().getPort());
            Set<TopicPartition> partitions = TopicCheck.await(admin, config);
            try (LagMonitor lag = new LagMonitor(admin, config.applicationId(), partitions)) {
                lag.start();
                Gauge.builder("stream53.lag", lag, LagMonitor::total)
                        .description("records of dns.raw that are not processed and committed yet")
                        .register(metrics);
                process(geo.lookup(), lag, metrics);
            }
        } finally {
            closed.countDown();
        }
        return health == StatusServer.Health.FAILED ? FAILED : OK;
    }

    private void process(GeoLookup geo, LagMonitor lag, PrometheusMeterRegistry metrics)
            throws InterruptedException {
        PublicSuffixes suffixes = new PublicSuffixes();
        var parts =
                new DnsTopology.Parts(
                        () -> Serialization.<DnsPacket>deserializer(config),
                        Serialization.serializer(config),
                        Serialization.serializer(config),
                        Serialization.serializer(config),
                        () -> new Enricher(geo, suffixes)::enrich,
                        lag::isCaughtUp,
                        board);
        KafkaStreams streams =
                new KafkaStreams(DnsTopology.build(config, parts), StreamsProperties.of(config));
        streams.setUncaughtExceptionHandler(this::answer);
        streams.setStateListener((now, before) -> follow(now));
        try (var streamsMetrics = new KafkaStreamsMetrics(streams)) {
            streamsMetrics.bindTo(metrics);
            streams.start();
            end.await();
        } finally {
            streams.close(
                    CloseOptions.groupMembershipOperation(
                                    CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                            .withTimeout(CLOSE_TIMEOUT));
        }
    }

    /**
     * What does not answer may answer again: the thread is replaced, and goes on from the last
     * commit. Anything else ends the program, so that whoever watches it can start it again.
     */
    private StreamThreadExceptionResponse answer(Throwable failure) {
        if (Outage.isIn(failure)) {
            LOG.warn("{}; trying again.", Outage.sentence(failure));
            pause();
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        LOG.error("Processing stops: {}", Outage.sentence(failure), failure);
        health = StatusServer.Health.FAILED;
        end.countDown();
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private void pause() {
        try {
            boolean _ = end.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(KafkaStreams.State now) {
        if (health == StatusServer.Health.FAILED) {
            return;
        }
        switch (now) {
            case RUNNING -> health = StatusServer.Health.READY;
            case ERROR -> {
                health = StatusServer.Health.FAILED;
                end.countDown();
            }
            case CREATED, REBALANCING, PENDING_SHUTDOWN, PENDING_ERROR, NOT_RUNNING ->
                    health = StatusServer.Health.STARTING;
        }
    }

    private StatusServer serve(PrometheusMeterRegistry metrics) {
        try {
            return StatusServer.start(config.http(), () -> health, board, metrics);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "Cannot listen on %s:%d (%s); choose another address with --http HOST:PORT."
                            .formatted(
                                    config.http().getHostString(),
                                    config.http().getPort(),
                                    e.getMessage()));
        }
    }

    private Map<String, Object> adminConfig() {
        Map<String, Object> admin = new HashMap<>(config.kafka());
        admin.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
        admin.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        admin.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        return admin;
    }

    /** SIGTERM: what was read is committed, the group left. The machine waits for that. */
    private void stop() {
        end.countDown();
        try {
            boolean _ = closed.await(CLOSE_TIMEOUT.toSeconds() + 5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
