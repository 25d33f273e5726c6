package io.stream53.agent.dnstap;

import io.stream53.agent.dnstap.FrameStreamException.Kind;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A name server's connection, read by a thread of its own. {@link #check} and {@link #close} may be
 * called by others.
 */
final class DnstapConnection implements Runnable {
    /** For the handshakes of TLS and of Frame Streams together. */
    static final long HANDSHAKE_NS = TimeUnit.SECONDS.toNanos(10);

    /** For one frame, from the first bytes to the last. */
    static final long FRAME_NS = TimeUnit.SECONDS.toNanos(10);

    private final DnstapListener.Peer peer;
    private final DnstapRuns runs;
    private final InstantSource clock;
    private final Consumer<String> log;
    private final FrameStreamReader reader;
    private final long acceptedNs;
    private volatile boolean opened;
    private volatile @Nullable String closedBecause;

    private long watchedFrame = -1;
    private long watchedSinceNs;

    DnstapConnection(
            DnstapListener.Peer peer,
            DnstapRuns runs,
            InstantSource clock,
            FrameMemory memory,
            long nowNs,
            Consumer<String> log) {
        this.peer = peer;
        this.runs = runs;
        this.clock = clock;
        this.acceptedNs = nowNs;
        this.log = log;
        this.reader = new FrameStreamReader(peer.in(), peer.out(), memory);
    }

    @Override
    public void run() {
        DnstapStream stream = runs.stream(this::nowUs, reader::waitingSinceNs);
        try {
            reader.open();
            opened = true;
            while (reader.next()) {
                stream.frame(reader.buffer(), reader.offset(), reader.length());
            }
        } catch (FrameStreamException e) {
            if (e.kind() != Kind.REFUSED) {
                stream.lostFrame();
            }
            tellEnd(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            // the connection broke, or somebody here has closed it
            if (waitsForFrame()) {
                stream.lostFrame();
            }
            tellEnd("failed: " + e.getMessage());
        } finally {
            stream.end(System.nanoTime());
            reader.release();
            closeSocket();
        }
    }

    /** Our own reason to close it goes before what that looked like. */
    private void tellEnd(String predicate) {
        String reason = closedBecause;
        if (reason == null) {
            tell(predicate);
        } else if (!reason.isEmpty()) {
            tell(reason);
        }
    }

    private void tell(String predicate) {
        log.accept("dnstap from %s %s.".formatted(peer.name(), predicate));
    }

    private long nowUs() {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }

    /** Each second: whoever keeps us waiting within something is sent away. */
    void check(long nowNs) {
        if (!opened) {
            if (nowNs - acceptedNs >= HANDSHAKE_NS) {
                close("did not begin within 10 seconds and was closed");
            }
            return;
        }
        long frame = reader.unfinishedFrame();
        if (frame < 0 || frame != watchedFrame) {
            watchedFrame = frame;
            watchedSinceNs = nowNs;
        } else if (nowNs - watchedSinceNs >= FRAME_NS) {
            close("took more than 10 seconds for one frame and was closed");
        }
    }

    /** The handshake is over. */
    boolean isOpened() {
        return opened;
    }

    /** A frame has begun, and its end has not come. */
    boolean waitsForFrame() {
        return opened && reader.unfinishedFrame() >= 0;
    }

    /** Ends the reading; an empty reason is not told. */
    void close(String reason) {
        closedBecause = reason;
        // to say good-bye over TLS may take a moment, which nobody else shall wait for
        Thread.ofVirtual().start(this::closeSocket);
    }

    private void closeSocket() {
        try {
            peer.socket().close();
        } catch (IOException e) {
            // a broken connection may fail once more, and is closed all the same
            tell("could not be closed: " + e.getMessage());
        }
    }
}
