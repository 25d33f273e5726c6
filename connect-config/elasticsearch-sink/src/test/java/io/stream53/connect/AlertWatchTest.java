package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.connect.OpenAlerts.Subject;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AlertWatchTest {
    private static final OpenAlerts ONE =
            new OpenAlerts(Set.of(new Subject("client", "192.0.2.7", null)));

    private final SinkCounters counters = new SinkCounters("test", 0);
    private final AtomicReference<Callable<OpenAlerts>> answer = new AtomicReference<>(() -> ONE);

    private AlertWatch watch() {
        return new AlertWatch(() -> answer.get().call(), () -> {}, counters);
    }

    @Test
    void asksOnItsOwnThreadFromTheStart() {
        try (AlertWatch watch = watch()) {
            assertThat(watch.open()).isEqualTo(OpenAlerts.NONE);
            watch.start();
            await().until(() -> watch.open().equals(ONE));
        }
    }

    @Test
    void keepsWhatItKnewWhileTheEngineDoesNotAnswer() {
        try (AlertWatch watch = watch()) {
            watch.poll();
            answer.set(
                    () -> {
                        throw new IOException("away");
                    });
            watch.poll();
            watch.poll();
            assertThat(watch.open()).isEqualTo(ONE);
            assertThat(counters.getAlertQueriesFailed()).isEqualTo(2);
            answer.set(() -> OpenAlerts.NONE);
            watch.poll();
            assertThat(watch.open()).isEqualTo(OpenAlerts.NONE);
        }
    }

    @Test
    void readsSubjectsWithAndWithoutANode() throws IOException {
        String found =
                """
                {"hits": {"hits": [
                  {"_source": {"subject": {"kind": "client", "value": "192.0.2.7"}}},
                  {"_source": {"subject": {"kind": "server", "value": "::1", "node": "ns1"}}}]}}
                """;
        assertThat(AlertWatch.read(new ObjectMapper().readTree(found)).subjects())
                .containsExactlyInAnyOrder(
                        new Subject("client", "192.0.2.7", null),
                        new Subject("server", "::1", "ns1"));
        assertThat(AlertWatch.read(new ObjectMapper().readTree("{}"))).isEqualTo(OpenAlerts.NONE);
    }
}
