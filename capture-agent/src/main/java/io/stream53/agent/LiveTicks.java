package io.stream53.agent;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.source.FrameHandler;
import io.stream53.agent.source.PacketSource;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps time in a live capture: each second, kernel drops are looked up and watermarks brought up
 * to date. A capture thread that waits for a packet cannot do it, so another does; the frames and
 * the ticks take turns.
 *
 * <p>When no frame came since the tick before, all that the kernel had then has been handed over
 * (it holds packets back for {@value io.stream53.agent.source.LiveSettings#TIMEOUT_MS} ms at most),
 * and event time goes on to that tick. Otherwise the packets alone tell it: more may be waiting.
 */
final class LiveTicks {
    private static final long PERIOD_MS = 1000;

    private final InstantSource clock;
    private final Object turn = new Object();
    private long frames;
    private long framesAtLastTick = -1;
    private long lastTickUs = Long.MIN_VALUE;

    LiveTicks(InstantSource clock) {
        this.clock = clock;
    }

    void run(
            PacketSource source,
            FrameHandler decoder,
            PacketPublisher publisher,
            CaptureCounters counters)
            throws IOException {
        try (ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor()) {
            Future<?> ticking =
                    ticker.scheduleAtFixedRate(
                            () -> tick(source, publisher, counters),
                            PERIOD_MS,
                            PERIOD_MS,
                            TimeUnit.MILLISECONDS);
            try {
                source.run(
                        (buffer, offset, captured, wire, timestampUs, linkType) -> {
                            synchronized (turn) {
                                frames++;
                                decoder.frame(
                                        buffer, offset, captured, wire, timestampUs, linkType);
                            }
                        });
            } finally {
                ticker.shutdownNow();
            }
            IOException failure = failure(ticking);
            if (failure != null) {
                throw failure;
            }
        }
    }

    void tick(PacketSource source, PacketPublisher publisher, CaptureCounters counters) {
        counters.source(source.stats());
        Instant now = clock.instant();
        long nowUs = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
        synchronized (turn) {
            publisher.tick(frames == framesAtLastTick ? lastTickUs : Long.MIN_VALUE);
            framesAtLastTick = frames;
            lastTickUs = nowUs;
        }
    }

    /** A tick that failed ended the ticking; that is our own fault and must not be silent. */
    private static @Nullable IOException failure(Future<?> ticking) {
        if (ticking.state() != Future.State.FAILED) {
            return null;
        }
        return new IOException(
                "watermarks stopped during the capture: " + ticking.exceptionNow().getMessage(),
                new ExecutionException(ticking.exceptionNow()));
    }
}
