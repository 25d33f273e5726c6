package io.stream53.agent;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A name server over UDP and TCP that says of every name that there is none. */
final class StubNameServer implements AutoCloseable {
    private static final int MAX_BYTES = 4096;

    private final DatagramSocket udp;
    private final ServerSocket tcp;

    StubNameServer() throws IOException {
        int port = freePort();
        udp = new DatagramSocket(port, InetAddress.getLoopbackAddress());
        tcp = new ServerSocket(port, 16, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::answerUdp);
        Thread.ofVirtual().start(this::acceptTcp);
    }

    int port() {
        return udp.getLocalPort();
    }

    private static void makeResponse(byte[] message) {
        message[2] |= (byte) 0x80; // QR
        message[3] = (byte) 0x83; // RA, NXDOMAIN
    }

    private void answerUdp() {
        DatagramPacket packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
        try {
            while (!udp.isClosed()) {
                packet.setLength(MAX_BYTES);
                udp.receive(packet);
                makeResponse(packet.getData());
                udp.send(packet);
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private void acceptTcp() {
        try {
            while (!tcp.isClosed()) {
                Socket socket = tcp.accept();
                Thread.ofVirtual().start(() -> answerTcp(socket));
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private static void answerTcp(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                byte[] message = in.readNBytes(in.readUnsignedShort());
                makeResponse(message);
                out.writeShort(message.length);
                out.write(message);
            }
        } catch (IOException e) {
            // the client has closed it
        }
    }

    /** A port that was free for UDP and TCP just now. */
    static int freePort() {
        while (true) {
            try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    DatagramSocket udp =
                            new DatagramSocket(
                                    tcp.getLocalPort(), InetAddress.getLoopbackAddress())) {
                return udp.getLocalPort();
            } catch (IOException e) {
                // taken for UDP: another
            }
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
