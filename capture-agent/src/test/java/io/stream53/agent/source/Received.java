package io.stream53.agent.source;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a source in a thread and keeps what it hands over. */
final class Received implements FrameHandler, AutoCloseable {
    /** One frame as it was handed over. */
    record Frame(String hex, int wireLength, long timestampUs, int linkType) {}

    final List<Frame> frames = new CopyOnWriteArrayList<>();
    final PacketSource source;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> running;

    Received(PacketSource source) {
        this.source = source;
        this.running =
                thread.submit(
                        () -> {
                            source.run(this);
                            return null;
                        });
    }

    @Override
    public void frame(
            byte[] buffer, int offset, int captured, int wire, long timestampUs, int linkType) {
        byte[] bytes = Arrays.copyOfRange(buffer, offset, offset + captured);
        frames.add(new Frame(hex(bytes), wire, timestampUs, linkType));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    List<String> hexes() {
        return frames.stream().map(Frame::hex).toList();
    }

    boolean isRunning() {
        return !running.isDone();
    }

    /** Waits for the end of the run, a few seconds at most. */
    void awaitEnd() throws IOException {
        try {
            running.get(5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException ended) {
                throw ended;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (TimeoutException e) {
            throw new AssertionError("the source goes on although it was stopped", e);
        }
    }

    @Override
    public void close() throws IOException {
        source.stop();
        awaitEnd();
        thread.close();
        source.close();
    }
}
