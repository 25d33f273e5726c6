package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant OLD = NOW.minus(Duration.ofDays(8));
    private static final Duration WEEK = Duration.ofDays(7);

    private static List<String> expired(String index, Instant created) {
        return Retention.expired(Map.of(index, created), NOW, WEEK);
    }

    @Test
    void anIndexIsAsOldAsItsCreation() {
        assertThat(expired("dns-enriched-2026.11.14", OLD)).hasSize(1);
        // A capture of long ago that was read today.
        assertThat(expired("dns-enriched-2019.01.01", NOW)).isEmpty();
        assertThat(expired("dns-enriched-2026.11.15", NOW.minus(WEEK))).isEmpty();
    }

    @Test
    void onlyOursAreDeleted() {
        assertThat(expired("dns-tld-counts-2026.11", OLD)).hasSize(1);
        assertThat(expired("dns-alerts-2026.11", OLD)).hasSize(1);
        assertThat(expired("dns-ledger-2026.11", OLD)).hasSize(1);
        assertThat(expired("dns-enriched-2026.11.14-23", OLD)).hasSize(1);
        assertThat(expired("dns-enriched-outside", OLD)).hasSize(1);
        assertThat(expired("dns-enriched-mine", OLD)).isEmpty();
        assertThat(expired("dns-zones-2026.11.14", OLD)).isEmpty();
        assertThat(expired("my-dns-enriched-2026.11.14", OLD)).isEmpty();
    }

    @Test
    void asksTheEngineOnceAMinuteAndDeletesByName() throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpServer engine =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String indices =
                """
                {"dns-enriched-2026.11.14": {"settings": {"index": {"creation_date": "%d"}}},
                 "dns-enriched-2026.11.22": {"settings": {"index": {"creation_date": "%d"}}}}"""
                        .formatted(OLD.toEpochMilli(), NOW.toEpochMilli());
        engine.createContext(
                "/",
                exchange -> {
                    requests.add(
                            exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
                    byte[] answer = indices.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        engine.start();
        Instant[] now = {NOW};
        try {
            String url = "http://127.0.0.1:" + engine.getAddress().getPort();
            Retention retention = new Retention(new Http(), url, WEEK, () -> now[0]);
            retention.run();
            retention.run();
            assertThat(requests)
                    .containsExactly(
                            "GET /dns-*/_settings/index.creation_date",
                            "DELETE /dns-enriched-2026.11.14");
            now[0] = NOW.plusSeconds(61);
            retention.run();
            assertThat(requests).hasSize(4);
        } finally {
            engine.stop(0);
        }
    }
}
