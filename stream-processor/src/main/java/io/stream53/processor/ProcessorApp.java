package io.stream53.processor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.enrich.Resolvers;
import io.stream53.processor.serve.LedgerMetrics;
import io.stream53.processor.serve.StatusServer;
import io.stream53.processor.task.FittingSerializer;
import io.stream53.processor.task.LedgerBoard;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running processor: Kafka Streams, the HTTP server, and how both end. */
final class ProcessorApp {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int NEEDS_HELP = 2;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(ProcessorApp.class);

    private final ProcessorConfig config;
    private final LedgerBoard board;
    private final ProcessorInstance instance;
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int status = OK;

    ProcessorApp(ProcessorConfig config) {
        this.config = config;
        board = new LedgerBoard(config.views());
        instance = new ProcessorInstance(config);
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
                Admin admin = Admin.create(adminConfig(config))) {
            LOG.info(
                    "Listening on http://{}:{}",
                    config.http().getHostString(),
                    server.address().getPort());
            Serialization.check(config);
            StreamsProperties.check(config);
            Set<TopicPartition> partitions = TopicCheck.await(admin, config, end);
            if (partitions.isEmpty()) {
                return OK;
            }
            try (LagMonitor lag = new LagMonitor(admin, config.applicationId(), partitions);
                    TopicWatch watch =
                            new TopicWatch(admin, config, partitions.size(), this::needsHelp)) {
                lag.start();
                watch.start();
                instance.found(partitions.size(), lag);
                Gauge.builder("stream53.lag", lag, LagMonitor::total)
                        .description("records of dns.raw that are not processed and committed yet")
                        .register(metrics);
                process(geo.lookup(), lag, metrics, advertised(server));
            }
        } finally {
            closed.countDown();
        }
        return status;
    }

    private void process(
            GeoLookup geo,
            LagMonitor lag,
            PrometheusMeterRegistry metrics,
            @Nullable HostInfo advertised)
            throws InterruptedException {
        Supplier<Enricher> enrichers = Enricher.sharing(geo, new PublicSuffixes(), resolvers());
        Counter cutTransactions =
                Counter.builder("stream53.transactions.cut")
                        .description("transactions whose records were cut to fit into dns.enriched")
                        .register(metrics);
        var parts =
                new DnsTopology.Parts(
                        () -> Serialization.<DnsPacket>deserializer(config),
                        new FittingSerializer(
                                Serialization.serializer(config), cutTransactions::increment),
                        Serialization.serializer(config),
                        Serialization.serializer(config),
                        Serialization.serializer(config),
                        () -> enrichers.get()::enrich,
                        lag::isCaughtUp,
                        board);
        Properties properties = StreamsProperties.of(config);
        if (advertised != null) {
            properties.put(
                    StreamsConfig.APPLICATION_SERVER_CONFIG,
                    advertised.host() + ":" + advertised.port());
        }
        KafkaStreams streams = new KafkaStreams(DnsTopology.build(config, parts), properties);
        instance.made(streams, advertised);
        streams.setUncaughtExceptionHandler(this::answer);
        streams.setStateListener((now, before) -> follow(now));
        try (var streamsMetrics = new KafkaStreamsMetrics(streams)) {
            streamsMetrics.bindTo(metrics);
            streams.start();
            end.await();
        } finally {
            streams.close(
                    CloseOptions.groupMembershipOperation(atClose()).withTimeout(CLOSE_TIMEOUT));
        }
    }

    /** An instance with a name is expected back, and its partitions wait for it. */
    private CloseOptions.GroupMembershipOperation atClose() {
        return config.instanceId().isEmpty()
                ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP;
    }

    private Resolvers resolvers() {
        try {
            return config.resolvers().isPresent()
                    ? Resolvers.open(config.resolvers().get())
                    : Resolvers.bundled();
        } catch (IOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }

    /**
     * What does not answer may answer again: the thread is replaced, and goes on from the last
     * commit. Anything else ends the program, so that whoever watches it can start it again.
     */
    private StreamThreadExceptionResponse answer(Throwable thrown) {
        LOG.debug("A thread of Kafka Streams ends.", thrown);
        return switch (Failure.of(thrown, config)) {
            case Failure.Passing(String sentence) -> {
                LOG.warn("{}; trying again.", sentence);
                pause();
                yield StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            case Failure.NeedsHelp(String sentence) -> {
                needsHelp(sentence);
                yield StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
            case Failure.Fault(String sentence) -> {
                fail(sentence, FAILED);
                yield StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        };
    }

    private void needsHelp(String sentence) {
        fail(sentence, NEEDS_HELP);
    }

    /** The first reason is the one that counts: what comes after it follows from it. */
    private synchronized void fail(String sentence, int exitStatus) {
        if (status != OK || end.getCount() == 0) {
            return;
        }
        LOG.error("Processing stops: {}.", sentence);
        status = exitStatus;
        instance.is(StatusServer.Health.FAILED);
        end.countDown();
    }

    private void pause() {
        try {
            boolean _ = end.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(KafkaStreams.State now) {
        switch (now) {
            case RUNNING -> instance.is(StatusServer.Health.READY);
            case ERROR -> fail("Kafka Streams has given up", FAILED);
            case CREATED, REBALANCING, PENDING_SHUTDOWN, PENDING_ERROR, NOT_RUNNING ->
                    instance.is(StatusServer.Health.STARTING);
        }
    }

    private StatusServer serve(PrometheusMeterRegistry metrics) {
        try {
            return StatusServer.start(config.http(), config.api(), instance, board, metrics);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "Cannot listen on %s:%d (%s); choose another address with --http HOST:PORT."
                            .formatted(
                                    config.http().getHostString(),
                                    config.http().getPort(),
                                    e.getMessage()));
        }
    }

    /** Where other instances reach this one: with port 0 in the settings, the port taken. */
    private @Nullable HostInfo advertised(StatusServer server) {
        InetSocketAddress advertised = config.advertised();
        if (advertised == null) {
            return null;
        }
        int port = advertised.getPort();
        return new HostInfo(
                advertised.getHostString(), port == 0 ? server.address().getPort() : port);
    }

    /** For the admin client, which is to say soon that nobody answers. */
    static Map<String, Object> adminConfig(ProcessorConfig config) {
        Map<String, Object> admin = new HashMap<>(config.kafka());
        admin.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
        admin.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        admin.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
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
