package io.stream53.agent;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.PacketView;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.source.FrameHandler;
import io.stream53.agent.source.PacketSource;
import io.stream53.dns.DnsMessage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A live capture: a thread for each source, and one that keeps time. Each second, kernel drops are
 * looked up and watermarks brought up to date; a capture thread that waits for a packet cannot do
 * it. Threads decode side by side and take turns at the publisher.
 *
 * <p>Event time is that of the thread that is furthest behind. When no frame came to a thread since
 * the tick before, all that the kernel had for it then has been handed over (it holds packets back
 * for {@value io.stream53.agent.source.LiveSettings#TIMEOUT_MS} ms at most), and its time goes on
 * to that tick. Otherwise the packets alone tell it: more may be waiting.
 */
final class LiveCapture {
    private static final long PERIOD_MS = 1000;

    private final InstantSource clock;
    private final Pipeline pipeline;
    private final PacketPublisher publisher;
    private final List<Lane> lanes = new ArrayList<>();

    /** Held for what the threads share: the publisher and how far each of them is. */
    private final Object turn = new Object();

    private long lastTickUs = Long.MIN_VALUE;

    LiveCapture(List<? extends PacketSource> sources, Pipeline pipeline, InstantSource clock) {
        this.clock = clock;
        this.pipeline = pipeline;
        this.publisher = pipeline.publisher();
        for (PacketSource source : sources) {
            lanes.add(new Lane(source, pipeline));
        }
    }

    /** One thread's part. */
    private final class Lane implements FrameHandler, MessageHandler {
        private final PacketSource source;
        private final CaptureCounters counters;
        private final FrameDecoder decoder;

        /** Frames taken up and frames done with; only this lane's thread writes them. */
        private final AtomicLong begun = new AtomicLong();

        private final AtomicLong done = new AtomicLong();
        private long doneAtLastTick = -1;
        private volatile @Nullable Thread thread;
        private volatile double idleShare = 1;
        private long cpuNs;
        private long cpuSinceNs = System.nanoTime();

        /** Time of the latest frame done with; frames without a message move time on as well. */
        private volatile long frameUs = Long.MIN_VALUE;

        /** Every message of this lane with a time before this was published. */
        private long reachedUs = Long.MIN_VALUE;

        Lane(PacketSource source, Pipeline pipeline) {
            this.source = source;
            this.counters = pipeline.counters().part();
            this.decoder = pipeline.decoder(this, counters);
        }

        @Override
        public void frame(
                byte[] buffer, int offset, int captured, int wire, long timestampUs, int linkType) {
            begun.setRelease(begun.getPlain() + 1);
            decoder.frame(buffer, offset, captured, wire, timestampUs, linkType);
            frameUs = Math.max(frameUs, timestampUs);
            done.setRelease(done.getPlain() + 1);
        }

        @Override
        public void message(PacketView packet, DnsMessage message) {
            synchronized (turn) {
                long timestampUs = packet.timestampUs();
                pipeline.stages().message(packet, message);
                if (timestampUs > reachedUs) {
                    reachedUs = timestampUs;
                    publisher.advance(reachedByAllUs());
                }
            }
        }

        /** Counts as a frame, so that time does not go on meanwhile. */
        void finish() {
            begun.setRelease(begun.getPlain() + 1);
            long reached;
            synchronized (turn) {
                reached = reachedUs;
            }
            decoder.finish(reached);
            done.setRelease(done.getPlain() + 1);
        }

        /** Holding {@link #turn}: with no frame since the last tick, that tick is reached. */
        void tick() {
            long finished = done.getAcquire();
            reachedUs = Math.max(reachedUs, frameUs);
            if (begun.getAcquire() == finished && finished == doneAtLastTick) {
                reachedUs = Math.max(reachedUs, lastTickUs);
            }
            doneAtLastTick = finished;
        }

        /** Time without processor since the last tick. */
        void measure() {
            Thread working = thread;
            if (working == null) {
                return;
            }
            long cpu = ManagementFactory.getThreadMXBean().getThreadCpuTime(working.threadId());
            long now = System.nanoTime();
            if (cpu >= 0 && now > cpuSinceNs) {
                idleShare = Math.clamp(1 - (double) (cpu - cpuNs) / (now - cpuSinceNs), 0, 1);
                cpuNs = cpu;
                cpuSinceNs = now;
            }
        }
    }

    /** Share of the last second in which each thread took no processor time; numbered from 1. */
    Map<String, Double> idleShares() {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Lane lane : lanes) {
            shares.put(String.valueOf(shares.size() + 1), lane.idleShare);
        }
        return shares;
    }

    /** How far the latest watermark is behind the clock; empty before the first. */
    OptionalLong watermarkAgeUs() {
        long watermarkUs = publisher.watermarkUs();
        return watermarkUs == Long.MIN_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(nowUs() - watermarkUs);
    }

    private long nowUs() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }

    private long reachedByAllUs() {
        long reached = Long.MAX_VALUE;
        for (int i = 0; i < lanes.size(); i++) {
            reached = Math.min(reached, lanes.get(i).reachedUs);
        }
        return reached;
    }

    /** Captures until every source ended or was stopped; the failure of one stops the others. */
    void run() throws IOException {
        try (ScheduledExecutorService ticker =
                        Executors.newSingleThreadScheduledExecutor(
                                Thread.ofPlatform().name("ticks").factory());
                ExecutorService others =
                        Executors.newCachedThreadPool(
                                Thread.ofPlatform().name("capture-", 2).factory())) {
            Future<?> ticking =
                    ticker.scheduleAtFixedRate(
                            this::tick, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
            List<Future<?>> running = new ArrayList<>();
            for (Lane lane : lanes.subList(1, lanes.size())) {
                running.add(others.submit(() -> run(lane)));
            }
            try {
                run(lanes.getFirst());
                for (Future<?> other : running) {
                    await(other);
                }
            } finally {
                lanes.forEach(lane -> lane.source.stop());
                ticker.shutdownNow();
            }
            IOException failure = failure(ticking);
            if (failure != null) {
                throw failure;
            }
        } finally {
            lanes.forEach(lane -> lane.counters.source(lane.source.stats()));
        }
    }

    private @Nullable Void run(Lane lane) throws IOException {
        try {
            lane.thread = Thread.currentThread();
            lane.source.run(lane);
            return null;
        } catch (IOException | RuntimeException | Error e) {
            lanes.forEach(other -> other.source.stop());
            throw e;
        } finally {
            lane.finish();
        }
    }

    private static void await(Future<?> other) throws IOException {
        try {
            other.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during the capture", e);
        }
    }

    void tick() {
        for (Lane lane : lanes) {
            lane.counters.source(lane.source.stats());
            lane.measure();
        }
        long nowUs = nowUs();
        synchronized (turn) {
            lanes.forEach(Lane::tick);
            pipeline.stages().tick(reachedByAllUs());
            publisher.advance(reachedByAllUs());
            publisher.tick(reachedByAllUs());
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
