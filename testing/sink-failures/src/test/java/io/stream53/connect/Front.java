package io.stream53.connect;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.stream53.fixtures.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before an engine with TLS and asks for credentials, as the security module of an
 * installation does, which the engines of the tests lack.
 */
final class Front implements AutoCloseable {
    private static final String REFUSED =
            """
            {"error": {"type": "security_exception",
             "reason": "unable to authenticate user for REST request [/_bulk]"}, "status": 401}
            """;

    private final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String engine;
    private volatile String authorization;

    /**
     * @param authorization the header's value that is let through
     */
    Front(String engine, ServerCertificate certificate, String authorization)
            throws IOException, GeneralSecurityException {
        this.engine = engine;
        this.authorization = authorization;
        HttpsServer tls =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        tls.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        server = tls;
        server.createContext("/", this::pass);
        server.setExecutor(threads);
        server.start();
    }

    /** Settings of a sink that trusts the store's certificate. */
    static String[] trust(ServerCertificate certificate) {
        return new String[] {
            "elastic.security.protocol",
            "SSL",
            "elastic.https.ssl.truststore.location",
            certificate.store().toString(),
            "elastic.https.ssl.truststore.type",
            "PKCS12",
            "elastic.https.ssl.truststore.password",
            ServerCertificate.PASSWORD
        };
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on only this header is let through. */
    void require(String header) {
        authorization = header;
    }

    private void pass(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            reply(exchange, 401, REFUSED.getBytes(StandardCharsets.UTF_8));
            return;
        }
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(engine + exchange.getRequestURI()))
                        .header("Content-Type", "application/x-ndjson")
                        .method(
                                exchange.getRequestMethod(),
                                HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        try {
            HttpResponse<byte[]> answer =
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            reply(exchange, answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.close();
        }
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.close();
    }
}
