package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All brokers go away while traffic goes on, once in order and once by a crash, and come back with
 * what they had stored. Agents keep what they could not send. What comes of it is what would have
 * come without: every transaction once, none timed out because of the outage. The processor waits.
 */
class BrokerOutageTest {
    private static final int PARTITIONS = 4;
    private static final int NODES = 2;
    private static final int CLIENTS_A_SECOND = 200;

    /** Minutes are in the profile soak. */
    private static final int SECONDS = Integer.getInteger("stream53.broker-outage.seconds", 20);

    private static final int SECONDS_KILLED =
            Integer.getInteger("stream53.broker-killed.seconds", 2);

    @TempDir Path folder;

    @Test
    void anOutageOfAllBrokersChangesNothing() throws Exception {
        try (TestBroker broker = TestBroker.startApart();
                TestRegistry registry = TestRegistry.start()) {
            Pipeline pipeline =
                    new Pipeline(broker, registry, folder, "outage", PARTITIONS).createTopics();
            Load load = new Load(53, PARTITIONS, NODES, CLIENTS_A_SECOND);
            try (Fleet fleet = new Fleet(pipeline)) {
                fleet.add("one");
                fleet.add("two");
                try (Rig rig = Rig.start("outage", pipeline, fleet, load)) {
                    rig.move(
                            "brokers stopped for %d s".formatted(SECONDS),
                            () -> {
                                broker.stop();
                                outlast(rig, SECONDS);
                                broker.restart();
                            });
                    rig.move(
                            "brokers killed for %d s".formatted(SECONDS_KILLED),
                            () -> {
                                broker.kill();
                                rig.awaitSecond(rig.elapsedSeconds() + SECONDS_KILLED);
                                broker.restart();
                            });
                    rig.endAndCheck();
                }
            }
        }
    }

    /** The processors say that they do not work, and stay. */
    private static void outlast(Rig rig, int seconds) {
        int until = rig.elapsedSeconds() + seconds;
        for (String name : rig.fleet().names()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> status(rig, name, "/ready") == 503);
        }
        rig.awaitSecond(until);
        for (String name : rig.fleet().names()) {
            assertThat(status(rig, name, "/ready")).isEqualTo(503);
            assertThat(status(rig, name, "/health")).isEqualTo(200);
        }
    }

    private static int status(Rig rig, String name, String path) {
        return rig.fleet().get(name).get(path).orElseThrow().statusCode();
    }
}
