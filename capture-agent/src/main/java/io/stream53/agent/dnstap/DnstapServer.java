package io.stream53.agent.dnstap;

import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes dnstap from the name servers that connect to its sockets, each read by a virtual thread. A
 * server that is slow, silent or hostile has its own connection closed and does no harm to others.
 * {@link #stop} and the figures may be called by any thread.
 */
public final class DnstapServer implements Closeable {
    static final int MAX_CONNECTIONS = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(DnstapServer.class);
    private static final long PAUSE_MS = 100;

    private final List<DnstapListener> listeners;
    private final InstantSource clock;
    private final Set<DnstapConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final FrameMemory memory = new FrameMemory(FrameMemory.BYTES);
    private final LogLimit log = new LogLimit(LOG::warn);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private DnstapServer(List<DnstapListener> listeners, InstantSource clock) {
        this.listeners = listeners;
        this.clock = clock;
    }

    /**
     * Listens at every place; connections wait until {@link #run}.
     *
     * @param clock for messages that tell no time
     * @throws IOException with one sentence: a place is taken, or a file of TLS cannot be used
     */
    public static DnstapServer open(DnstapSettings settings, InstantSource clock)
            throws IOException {
        List<DnstapListener> listeners = new ArrayList<>();
        DnstapServer server = new DnstapServer(listeners, clock);
        try {
            for (DnstapAddress address : settings.listen()) {
                listeners.add(DnstapListener.open(address, settings));
            }
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** Where it listens, with the ports that the system chose. */
    public List<DnstapAddress> addresses() {
        return listeners.stream().map(DnstapListener::address).toList();
    }

    /** Takes messages until stopped; then every run is finished. */
    public void run(DnstapRuns runs) {
        listeners.forEach(DnstapServer::announce);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ScheduledExecutorService ticker = Executors.newScheduledThreadPool(2)) {
            var _ = ticker.scheduleAtFixedRate(this::watch, 1, 1, TimeUnit.SECONDS);
            var _ = ticker.scheduleAtFixedRate(() -> tick(runs), 1, 1, TimeUnit.SECONDS);
            for (DnstapListener listener : listeners) {
                threads.execute(() -> accept(listener, threads, runs));
            }
            stopped.await();
            ticker.shutdownNow();
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            runs.finish();
        }
    }

    private static void announce(DnstapListener listener) {
        DnstapAddress address = listener.address();
        LOG.info("dnstap is taken at {}.", address);
        if (listener.isOpenToOthers()) {
            LOG.warn(
                    "Whoever reaches {} can send dnstap in any node's name; tls: with"
                            + " dnstap.tls.client.authority is for known name servers only.",
                    address);
        }
    }

    private void watch() {
        long nowNs = System.nanoTime();
        connections.forEach(connection -> connection.check(nowNs));
        log.tick();
    }

    /** Waits while Kafka takes nothing. */
    private static void tick(DnstapRuns runs) {
        try {
            runs.tick(System.nanoTime());
        } catch (RuntimeException e) {
            // our own fault, and no reason to stop ticking
            LOG.error("Watermarks of dnstap could not be sent.", e);
        }
    }

    private void accept(DnstapListener listener, ExecutorService threads, DnstapRuns runs) {
        while (!isStopped()) {
            try {
                DnstapListener.Peer peer = listener.accept();
                accepted.incrementAndGet();
                threads.execute(() -> serve(peer, runs));
            } catch (IOException e) {
                if (!isStopped()) {
                    log.accept(
                            "No connection could be accepted at %s: %s."
                                    .formatted(listener.address(), e.getMessage()));
                    pause();
                }
            }
        }
    }

    /** What is wrong, such as too many open files, takes some time to pass. */
    private void pause() {
        try {
            var _ = stopped.await(PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(DnstapListener.Peer peer, DnstapRuns runs) {
        DnstapConnection connection =
                new DnstapConnection(peer, runs, clock, memory, System.nanoTime(), log);
        connections.add(connection);
        try {
            if (isStopped()) {
                connection.close("");
            } else if (connections.size() > MAX_CONNECTIONS) {
                log.accept(
                        "dnstap from %s was refused: %,d name servers are connected."
                                .formatted(peer.name(), MAX_CONNECTIONS));
                connection.close("");
            } else {
                connection.run();
            }
        } finally {
            connections.remove(connection);
        }
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /** Makes {@link #run} end soon. */
    public void stop() {
        stopped.countDown();
        close();
    }

    /** Closes every socket. */
    @Override
    public void close() {
        stopped.countDown();
        for (DnstapListener listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                LOG.warn("{} could not be closed: {}", listener.address(), e.getMessage());
            }
        }
        connections.forEach(connection -> connection.close(""));
    }

    /** Name servers connected at present. */
    public int connected() {
        return connections.size();
    }

    /** Connections accepted since the start. */
    public long accepted() {
        return accepted.get();
    }
}
