package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.KafkaAndRegistry;
import io.stream53.fixtures.TestBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instances that come, go and crash under continuous load: every transaction comes out exactly
 * once, none is unanswered because its partition moved, and counts and ledgers are those of the
 * traffic. Prints what each move costs; docs/scaling.md has figures.
 */
class ScaleOutTest {
    private static final int PARTITIONS = 12;
    private static final int NODES = 2;
    private static final int CLIENTS_A_SECOND = 300;

    /** More than any move takes on a machine that has other work. */
    private static final long LONGEST_PAUSE_MS = 90_000;

    /** A crash is noticed sooner than with the settings that processors and brokers have. */
    private static final List<String> HASTY =
            List.of(
                    "streams.main.consumer.session.timeout.ms = 6000",
                    "streams.main.consumer.heartbeat.interval.ms = 1500",
                    "streams.producer.transaction.timeout.ms = 6000");

    private static final Map<String, String> HASTY_BROKER =
            Map.of(
                    "group.streams.min.session.timeout.ms", "6000",
                    "group.streams.session.timeout.ms", "6000",
                    "group.streams.min.heartbeat.interval.ms", "1000",
                    "group.streams.heartbeat.interval.ms", "1000",
                    "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

    /** With the settings that people have, for the figures of docs/scaling.md. */
    private static final boolean UNHURRIED = Boolean.getBoolean("stream53.scale.unhurried");

    @RegisterExtension
    static final KafkaAndRegistry SERVERS =
            new KafkaAndRegistry(() -> TestBroker.start(UNHURRIED ? Map.of() : HASTY_BROKER));

    @TempDir Path folder;

    @Test
    void instancesComeCrashAndGoWithStandbysAndTwoThreadsEach() throws Exception {
        Pipeline pipeline = pipeline("classic").createTopics();
        try (Fleet fleet = fleet(pipeline, "threads = 2", "streams.num.standby.replicas = 1")) {
            comeCrashAndGo("classic, a standby, 2 threads", pipeline, fleet);
        }
    }

    @Test
    void theStreamsProtocolDoesTheSame() throws Exception {
        Pipeline pipeline = pipeline("streams").createTopics();
        standbysAreTheBrokersMatter(pipeline);
        try (Fleet fleet = fleet(pipeline, "group-protocol = streams")) {
            comeCrashAndGo("streams, a standby, 1 thread", pipeline, fleet);
        }
    }

    private static Fleet fleet(Pipeline pipeline, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(UNHURRIED ? List.of() : HASTY);
        return new Fleet(pipeline, all.toArray(String[]::new));
    }

    private static void comeCrashAndGo(String name, Pipeline pipeline, Fleet fleet)
            throws Exception {
        Load load = new Load(name.hashCode(), PARTITIONS, NODES, CLIENTS_A_SECOND);
        fleet.add("one");
        fleet.add("two");
        try (Rig rig = Rig.start(name, pipeline, fleet, load)) {
            long added =
                    rig.move(
                            "one added",
                            () -> {
                                fleet.add("three");
                                fleet.awaitWork("three");
                            });
            long killed = rig.move("one killed", () -> fleet.kill("one"));
            long stopped = rig.move("one stopped", () -> fleet.stop("two"));
            rig.endAndCheck();
            assertThat(List.of(added, killed, stopped))
                    .allSatisfy(pause -> assertThat(pause).isLessThan(LONGEST_PAUSE_MS));
        }
    }

    private static void standbysAreTheBrokersMatter(Pipeline pipeline) throws Exception {
        SERVERS.broker()
                .admin()
                .incrementalAlterConfigs(
                        Map.of(
                                new ConfigResource(
                                        ConfigResource.Type.GROUP, pipeline.applicationId()),
                                List.of(
                                        new AlterConfigOp(
                                                new ConfigEntry(
                                                        "streams.num.standby.replicas", "1"),
                                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private Pipeline pipeline(String name) {
        return new Pipeline(SERVERS.broker(), SERVERS.registry(), folder, name, PARTITIONS);
    }
}
