package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.dnstap.TestCertificate;
import io.stream53.fixtures.DnsMessageBuilder;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Asks a name server on 127.0.0.1 in each of the ways that DNS has, and awaits its answer. */
final class Asker {
    private static final int TIMEOUT_MS = 10_000;

    private final TestCertificate certificate;

    Asker(TestCertificate certificate) {
        this.certificate = certificate;
    }

    private static byte[] query(int id, String name) {
        return DnsMessageBuilder.query(id, name, DnsMessageBuilder.A).bytes();
    }

    void udp(int port, int id, String name) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            byte[] query = query(id, name);
            socket.send(
                    new DatagramPacket(
                            query,
                            query.length,
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
            DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
            socket.receive(answer);
            assertThat(ByteBuffer.wrap(answer.getData()).getShort() & 0xffff).isEqualTo(id);
        }
    }

    void tcp(int port, int id, String... names) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            askAll(socket, id, names);
        }
    }

    void tls(int port, int id, String... names) throws IOException {
        try (Socket socket =
                certificate
                        .trusting(certificate)
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), port)) {
            askAll(socket, id, names);
        }
    }

    private static void askAll(Socket socket, int id, String... names) throws IOException {
        socket.setSoTimeout(TIMEOUT_MS);
        OutputStream out = socket.getOutputStream();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        for (int i = 0; i < names.length; i++) {
            byte[] query = query(id + i, names[i]);
            ByteBuffer framed = ByteBuffer.allocate(2 + query.length);
            out.write(framed.putShort((short) query.length).put(query).array());
            out.flush();
            byte[] answer = in.readNBytes(in.readUnsignedShort());
            assertThat(ByteBuffer.wrap(answer).getShort() & 0xffff).isEqualTo(id + i);
        }
    }

    /** With id 0, as RFC 8484 section 4.1 wants it; over one connection. */
    void https(int port, String... names) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(certificate.trusting(certificate))
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            for (String name : names) {
                HttpRequest request =
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "https://127.0.0.1:%d/dns-query".formatted(port)))
                                .header("content-type", "application/dns-message")
                                .timeout(Duration.ofMillis(TIMEOUT_MS))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(query(0, name)))
                                .build();
                HttpResponse<byte[]> response =
                        client.send(request, HttpResponse.BodyHandlers.ofByteArray());
                assertThat(response.statusCode()).isEqualTo(200);
            }
        }
    }
}
