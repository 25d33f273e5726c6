package io.stream53.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A proxy in front of an engine: passes bytes on, late if told to, and cuts connections in the
 * middle of requests or answers, so that nobody knows what the engine did. Held, it passes nothing.
 */
final class BadNetwork implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;

    private final ServerSocket server;
    private final int engine;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requestsToCut = new AtomicInteger();
    private final AtomicInteger answersToCut = new AtomicInteger();
    private volatile long delayNs;
    private volatile boolean held;

    BadNetwork(int enginePort) throws IOException {
        engine = enginePort;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** The next so many requests are cut while they are sent. */
    void cutRequests(int count) {
        requestsToCut.set(count);
    }

    /** The next so many answers are cut while they are sent: the engine has done its work. */
    void cutAnswers(int count) {
        answersToCut.set(count);
    }

    /** Whether all that was to be cut has been. */
    boolean hasCut() {
        return requestsToCut.get() <= 0 && answersToCut.get() <= 0;
    }

    /** Each part of an answer comes so much later. */
    void delay(Duration time) {
        delayNs = time.toNanos();
    }

    /** As if the engine were there and did nothing. */
    void hold(boolean hold) {
        held = hold;
    }

    private void awaitRelease() {
        while (held && !server.isClosed()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> connect(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(Socket client) {
        Socket upstream = new Socket();
        sockets.add(client);
        sockets.add(upstream);
        try {
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), engine));
        } catch (IOException e) {
            close(client, upstream);
            return;
        }
        Thread.ofVirtual().start(() -> pass(client, upstream, requestsToCut, false));
        pass(upstream, client, answersToCut, true);
    }

    private void pass(Socket from, Socket to, AtomicInteger toCut, boolean answers) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                if (answers && delayNs > 0) {
                    LockSupport.parkNanos(delayNs);
                }
                boolean cut = toCut.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
                awaitRelease();
                out.write(chunk, 0, cut ? length / 2 : length);
                out.flush();
                if (cut) {
                    break;
                }
            }
        } catch (IOException e) {
            // One of them is gone; the other follows.
        }
        close(from, to);
    }

    private void close(Socket one, Socket other) {
        for (Socket socket : new Socket[] {one, other}) {
            sockets.remove(socket);
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no use any more in any case.
            }
        }
    }

    @Override
    public void close() throws IOException {
        die();
    }

    /** Cuts all connections and takes no more. */
    void die() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
