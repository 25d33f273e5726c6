package io.stream53.agent.dnstap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stream53.agent.publish.MemoryOutput;
import io.stream53.ledger.DropReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnstapConnectionTest {
    private static final long ACCEPTED = 1_000;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final PipedOutputStream peer = new PipedOutputStream();
    private final FrameStreamWriter server = new FrameStreamWriter(peer);
    private final DnstapRuns runs =
            new DnstapRuns(TestRuns::start, new MemoryOutput(1), "own", true, true);
    private final DnstapConnection connection;
    private final Thread thread;
    private volatile boolean closed;

    DnstapConnectionTest() throws IOException {
        InputStream in = new PipedInputStream(peer);
        DnstapListener.Peer end =
                new DnstapListener.Peer("peer", in, new ByteArrayOutputStream(), this::close);
        connection =
                new DnstapConnection(
                        end,
                        runs,
                        InstantSource.system(),
                        new FrameMemory(1 << 20),
                        ACCEPTED,
                        log::add);
        thread = Thread.ofPlatform().start(connection);
    }

    private void close() throws IOException {
        closed = true;
        peer.close();
    }

    @AfterEach
    void end() throws Exception {
        connection.close("");
        thread.join();
    }

    @Test
    void aPeerThatDoesNotBeginIsClosedAfterTenSeconds() {
        connection.check(ACCEPTED + DnstapConnection.HANDSHAKE_NS - 1);
        assertThat(closed).isFalse();
        connection.check(ACCEPTED + DnstapConnection.HANDSHAKE_NS);
        await().until(() -> closed);
        await().untilAsserted(
                        () ->
                                assertThat(log)
                                        .containsExactly(
                                                "dnstap from peer did not begin within 10 seconds"
                                                        + " and was closed."));
    }

    @Test
    void aPeerMayBeSilentBetweenFramesForEver() throws IOException {
        server.control(ControlFrame.Type.START, ControlFrame.DNSTAP);
        peer.flush();
        await().until(connection::isOpened);
        connection.check(ACCEPTED + 1);
        connection.check(ACCEPTED + 1_000 * DnstapConnection.FRAME_NS);
        assertThat(closed).isFalse();
    }

    @Test
    void aFrameMayTakeTenSecondsAndIsLostThen() throws Exception {
        server.control(ControlFrame.Type.START, ControlFrame.DNSTAP).number(100);
        peer.flush();
        await().until(connection::waitsForFrame);
        connection.check(ACCEPTED + 1);
        connection.check(ACCEPTED + DnstapConnection.FRAME_NS);
        assertThat(closed).isFalse();
        connection.check(ACCEPTED + 1 + DnstapConnection.FRAME_NS);
        thread.join();
        assertThat(closed).isTrue();
        assertThat(runs.ledger().dropped(DropReason.MALFORMED_DNSTAP)).isEqualTo(1);
    }
}
