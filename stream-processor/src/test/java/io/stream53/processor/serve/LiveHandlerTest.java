package io.stream53.processor.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.stream53.processor.view.LiveFeed;
import io.stream53.schema.Dns;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Event;
import io.stream53.schema.Network;
import io.stream53.schema.Observer;
import io.stream53.schema.Question;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LiveHandlerTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void transactionsComeAsEventsOnOneLineEach() throws Exception {
        try (Served served = new Served()) {
            LiveFeed feed = served.board.views().live();
            HttpResponse<Stream<String>> answer =
                    served.client.send(
                            served.request("/api/live?tld=com&status=ANSWERED&rate=2").build(),
                            BodyHandlers.ofLines());
            assertThat(answer.headers().firstValue("Content-Type"))
                    .contains("text/event-stream; charset=utf-8");
            feed.offer(transaction("x.net", "ANSWERED"));
            feed.offer(transaction("a\n\ndata: {}.com", "ANSWERED"));
            for (int i = 0; i < 5; i++) {
                feed.offer(transaction("<b>.com", "ANSWERED"));
            }
            List<JsonNode> transactions = new ArrayList<>();
            long dropped = 0;
            Iterator<String> lines = answer.body().iterator();
            while (transactions.size() < 2 || dropped < 4) {
                String line = lines.next();
                if (line.startsWith("data: {\"dropped\"")) {
                    dropped += Served.parse(line.substring(6)).path("dropped").asLong();
                } else if (line.startsWith("data: ")) {
                    transactions.add(Served.parse(line.substring(6)));
                }
            }
            JsonNode first = transactions.getFirst();
            assertThat(first.path("dns").path("question").path("name").asText())
                    .isEqualTo("a\n\ndata: {}.com");
            assertThat(first.path("timestamp").asText()).isEqualTo("2026-11-22T12:00:00.000Z");
            assertThat(dropped).isEqualTo(4);
        }
    }

    @Test
    void soManyMayWatch() throws Exception {
        try (Served served = new Served()) {
            LiveFeed feed = served.board.views().live();
            for (int i = 0; i < 2; i++) {
                var _ =
                        served.client.send(
                                served.request("/api/live").build(), BodyHandlers.ofLines());
            }
            assertThat(feed.watching()).isEqualTo(2);
            assertThat(served.get("/api/live").statusCode()).isEqualTo(503);
            assertThat(served.get("/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatHasGoneIsForgotten() throws Exception {
        try (Direct direct = new Direct()) {
            try (Socket socket = direct.connect()) {
                await().until(() -> direct.feed.watching() == 1);
                assertThat(socket.isConnected()).isTrue();
            }
            await().until(() -> direct.feed.watching() == 0);
        }
    }

    @Test
    void aClientThatReadsNothingIsCutOffAndKeepsNobodyWaiting() throws Exception {
        try (Direct direct = new Direct();
                Socket deaf = direct.connect()) {
            await().until(() -> direct.feed.watching() == 1);
            DnsTransaction large = transaction("x".repeat(20_000) + ".com", "ANSWERED");
            await().pollInterval(Duration.ofMillis(5))
                    .until(
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    direct.feed.offer(large);
                                }
                                return direct.feed.watching() == 0;
                            });
            assertThat(deaf.isConnected()).isTrue();
        }
    }

    /** The handler with less patience than the server gives it. */
    private static final class Direct implements AutoCloseable {
        private final LiveFeed feed = new LiveFeed();
        private final LiveHandler handler = new LiveHandler(feed, 5, SHORT, SHORT);
        private final HttpServer server;

        Direct() throws Exception {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            handler.stream(exchange, Query.parse("rate=1000", List.of("rate")));
                        }
                    });
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
        }

        Socket connect() throws Exception {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4_096);
            socket.connect(server.getAddress());
            socket.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo('H');
            return socket;
        }

        @Override
        public void close() {
            server.stop(0);
            handler.close();
        }
    }

    static DnsTransaction transaction(String name, String status) {
        Dns dns = new Dns();
        dns.setStatus(status);
        dns.setHeaderFlags(List.of());
        String tld = name.substring(name.lastIndexOf('.') + 1);
        dns.setQuestion(new Question(name, false, "A", "IN", tld, null, null, false, null));
        Instant time = Instant.parse("2026-11-22T12:00:00Z");
        DnsTransaction transaction = new DnsTransaction();
        transaction.setId("0");
        transaction.setTimestamp(time);
        transaction.setEvent(new Event(time, null, null, "unknown"));
        transaction.setObserver(new Observer("ns1", null, null));
        transaction.setClient(new Endpoint("192.0.2.1", "plain", 53000, 0L, null, null, null));
        transaction.setServer(new Endpoint("192.0.2.53", "plain", 53, 0L, null, null, null));
        transaction.setNetwork(new Network("udp", "dns", "ipv4", 0L, "unknown", null));
        transaction.setDns(dns);
        transaction.setSamplingRate(1);
        return transaction;
    }
}
