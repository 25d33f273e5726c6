package io.stream53.agent;

import io.stream53.agent.source.FrameHandler;
import io.stream53.agent.source.PacketSource;
import io.stream53.agent.source.SourceStats;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Hands over queries at given times; then it ends, or fails, or waits until it is stopped. */
final class FakeSource implements PacketSource {
    private final List<Long> times = new ArrayList<>();
    private final List<Long> otherTimes = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    volatile SourceStats stats = SourceStats.NONE;
    @Nullable IOException failure;
    boolean goesOn;
    volatile boolean closed;

    /** One more frame for the next run. */
    FakeSource frameAt(long timestampUs) {
        times.add(timestampUs);
        return this;
    }

    /** One more frame that is no DNS, for the next run, behind those of {@link #frameAt}. */
    FakeSource otherFrameAt(long timestampUs) {
        otherTimes.add(timestampUs);
        return this;
    }

    @Override
    public void run(FrameHandler handler) throws IOException {
        byte[] message = DnsMessageBuilder.query(1, "example.com", DnsMessageBuilder.A).bytes();
        byte[] frame =
                Frames.ethernet(
                        Frames.udp(
                                Frames.socket("198.51.100.7", 4000),
                                Frames.socket("192.0.2.53", 53),
                                message));
        for (long time : times) {
            handler.frame(frame, 0, frame.length, frame.length, time, PcapWriter.ETHERNET);
        }
        times.clear();
        byte[] other =
                Frames.ethernet(
                        Frames.udp(
                                Frames.socket("198.51.100.7", 4000),
                                Frames.socket("192.0.2.53", 80),
                                message));
        for (long time : otherTimes) {
            handler.frame(other, 0, other.length, other.length, time, PcapWriter.ETHERNET);
        }
        otherTimes.clear();
        if (failure != null) {
            throw failure;
        }
        if (goesOn) {
            awaitStop();
        }
    }

    private void awaitStop() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public SourceStats stats() {
        return stats;
    }

    @Override
    public void close() {
        closed = true;
    }
}
