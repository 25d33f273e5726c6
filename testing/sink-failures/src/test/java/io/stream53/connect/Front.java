package io.stream53.connect;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Stands before an engine with TLS and asks for credentials, as the security module of an
 * installation does, which the engines of the tests lack.
 */
final class Front implements AutoCloseable {
    private static final String PASSWORD = "changeit";
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
    Front(String engine, Path store, String authorization)
            throws IOException, GeneralSecurityException {
        this.engine = engine;
        this.authorization = authorization;
        HttpsServer tls =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        tls.setHttpsConfigurator(new HttpsConfigurator(context(store)));
        server = tls;
        server.createContext("/", this::pass);
        server.setExecutor(threads);
        server.start();
    }

    /** Makes a key store with a certificate of its own for 127.0.0.1. */
    static void makeStore(Path store) throws IOException, InterruptedException {
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "engine",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=engine",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                store.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no " + store);
        }
    }

    /** Settings of a sink that trusts the store's certificate. */
    static String[] trust(Path store) {
        return new String[] {
            "elastic.security.protocol",
            "SSL",
            "elastic.https.ssl.truststore.location",
            store.toString(),
            "elastic.https.ssl.truststore.type",
            "PKCS12",
            "elastic.https.ssl.truststore.password",
            PASSWORD
        };
    }

    private static SSLContext context(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
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
