package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stream53.fixtures.KafkaAndRegistry;
import io.stream53.fixtures.TestBroker;
import io.stream53.ledger.ProcessorCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody has to mend ends the program with one sentence that says what, status 2 and no
 * stack trace, within a minute.
 */
class TroubleTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final String USER = "processor";

    @RegisterExtension
    static final KafkaAndRegistry SERVERS =
            new KafkaAndRegistry(() -> TestBroker.startWithUsers(Map.of(USER, "secret")));

    @TempDir Path folder;

    @Test
    void aTopicDeletedUnderIt() throws Exception {
        List<Traffic.Sent> traffic = Traffic.of(1, 1, 10);
        Pipeline noInput = pipeline("no-input").createTopics();
        Pipeline noOutput = pipeline("no-output").createTopics();
        noInput.publish(traffic.subList(0, 5));
        noOutput.publish(traffic.subList(0, 5));
        String raw = noInput.topic("raw");
        String enriched = noOutput.topic("enriched");
        try (ProcessorProcess one = noInput.start("one");
                ProcessorProcess other = noOutput.start("other")) {
            awaitReading(one);
            awaitReading(other);
            SERVERS.broker().admin().deleteTopics(List.of(raw, enriched)).all().get();
            noOutput.publish(traffic.subList(5, traffic.size()));
            assertNeedsHelp(one, raw, "./stream53 topics --bootstrap");
            assertNeedsHelp(other, enriched, "./stream53 topics --bootstrap");
        }
    }

    @Test
    void partitionsAddedUnderItAndBeforeTheNextStart() throws Exception {
        Pipeline pipeline = pipeline("partitions").createTopics();
        pipeline.publish(Traffic.of(1, 1, 10));
        try (ProcessorProcess processor = pipeline.start("state")) {
            awaitReading(processor);
            SERVERS.broker()
                    .admin()
                    .createPartitions(Map.of(pipeline.topic("raw"), NewPartitions.increaseTo(3)))
                    .all()
                    .get();
            assertNeedsHelp(processor, "application-id");
        }
        try (ProcessorProcess processor = pipeline.start("state")) {
            assertNeedsHelp(
                    processor,
                    "partitions.raw has 3 partitions, but the state of application id partitions.app was made with 1");
        }
    }

    @Test
    void anInternalTopicOfAnotherTopology() throws Exception {
        Pipeline pipeline = pipeline("internal").createTopics();
        SERVERS.broker().createTopic(pipeline.topic("app-partial-counts-repartition"), 5);
        try (ProcessorProcess processor = pipeline.start("state")) {
            assertNeedsHelp(processor, "made with 5 (internal.app-partial-counts-repartition)");
        }
    }

    @Test
    void aTopicThatTakesSmallRecordsOnly() throws Exception {
        Pipeline pipeline = pipeline("small").createTopics();
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, pipeline.topic("enriched"));
        var limit = new ConfigEntry("max.message.bytes", "50000");
        SERVERS.broker()
                .admin()
                .incrementalAlterConfigs(
                        Map.of(topic, List.of(new AlterConfigOp(limit, AlterConfigOp.OpType.SET))))
                .all()
                .get();
        try (ProcessorProcess processor = pipeline.start("state")) {
            assertNeedsHelp(processor, "max.message.bytes of topic small.enriched is 50000");
        }
    }

    @Test
    void aWrongPassword() throws Exception {
        Pipeline pipeline =
                pipeline("password").createTopics().at(SERVERS.broker().userBootstrap());
        try (ProcessorProcess processor = pipeline.start("state", login("wrong"))) {
            assertNeedsHelp(processor, "Invalid username or password", "kafka.*");
        }
    }

    /**
     * Each step mends what the sentence before asked for, until it runs; then one is taken back.
     */
    @Test
    void eachMissingPermission() throws Exception {
        Pipeline pipeline = pipeline("acl").createTopics().at(SERVERS.broker().userBootstrap());
        List<Traffic.Sent> traffic = Traffic.of(1, 1, 10);
        pipeline.publish(traffic.subList(0, 5));
        String login = login("secret");
        try (ProcessorProcess processor = pipeline.start("state", login)) {
            assertNeedsHelp(processor, "may not even see acl.raw", "READ on acl.raw");
        }
        allow(ResourceType.TOPIC, "acl.", AclOperation.READ, AclOperation.DESCRIBE);
        try (ProcessorProcess processor = pipeline.start("state", login)) {
            assertNeedsHelp(processor, "may not WRITE acl.alerts, WRITE acl.dead-letters");
        }
        allow(ResourceType.TOPIC, "acl.", AclOperation.ALL);
        try (ProcessorProcess processor = pipeline.start("state", login)) {
            assertNeedsHelp(processor, "may not use the group acl.app");
        }
        allow(ResourceType.GROUP, "acl.", AclOperation.ALL);
        try (ProcessorProcess processor = pipeline.start("state", login)) {
            assertNeedsHelp(processor, "transactional ids that begin with acl.app-");
        }
        allow(ResourceType.TRANSACTIONAL_ID, "acl.", AclOperation.ALL);
        try (ProcessorProcess processor = pipeline.start("state", login)) {
            awaitReading(processor);
            AclBinding denied =
                    binding(
                            ResourceType.TOPIC,
                            "acl.enriched",
                            AclOperation.WRITE,
                            AclPermissionType.DENY);
            SERVERS.broker().admin().createAcls(List.of(denied)).all().get();
            pipeline.publish(traffic.subList(5, traffic.size()));
            assertNeedsHelp(processor, "may not use acl.enriched", "WRITE");
        }
    }

    @Test
    void aSchemaThatTheRegistryRefuses() throws Exception {
        Pipeline pipeline = pipeline("conflict").createTopics();
        SERVERS.registry()
                .register(
                        pipeline.topic("enriched") + "-value",
                        SchemaBuilder.record("Other").fields().requiredString("other").endRecord());
        SERVERS.registry().compatibility(pipeline.topic("enriched") + "-value", "BACKWARD");
        pipeline.publish(Traffic.of(1, 1, 10));
        try (ProcessorProcess processor = pipeline.start("state")) {
            assertNeedsHelp(processor, "with 409", "take other topics");
        }
        assertThat(pipeline.deadLetters()).isEmpty();
    }

    @Test
    void aRegistryThatRefusesTheUserSkipsNoRecord() throws Exception {
        Pipeline pipeline = pipeline("refusing").createTopics();
        pipeline.publish(Traffic.of(1, 1, 10));
        SERVERS.registry().failNext(50, 401);
        try (ProcessorProcess processor = pipeline.start("state")) {
            assertNeedsHelp(processor, "with 401", "kafka.basic.auth.*");
        } finally {
            SERVERS.registry().reset();
        }
        assertThat(pipeline.deadLetters()).isEmpty();
    }

    @Test
    void aDeserializerForSomethingElse() throws Exception {
        Pipeline pipeline = pipeline("wrong-class").createTopics();
        pipeline.publish(Traffic.of(1, 1, 10));
        String reader = "org.apache.kafka.common.serialization.StringDeserializer";
        try (ProcessorProcess processor =
                pipeline.start("state", "value.deserializer = " + reader)) {
            assertNeedsHelp(processor, "StringDeserializer makes java.lang.String");
        }
        String writer = "org.apache.kafka.common.serialization.StringSerializer";
        try (ProcessorProcess processor = pipeline.start("state", "value.serializer = " + writer)) {
            assertNeedsHelp(processor, "StringSerializer of value.serializer cannot write");
        }
        assertThat(pipeline.deadLetters()).isEmpty();
    }

    /** Nothing is kept on disk, so that a folder that cannot be used does not matter. */
    @Test
    void aStateFolderThatCannotBeWrittenIsNotMissed() throws IOException {
        Pipeline pipeline = pipeline("state-dir").createTopics();
        List<Traffic.Sent> traffic = Traffic.of(1, 1, 10);
        pipeline.publish(traffic);
        Files.writeString(folder.resolve("file"), "no folder");
        try (ProcessorProcess processor = pipeline.start("file/state")) {
            Pipeline.awaitEnd(processor, Traffic.messages(traffic));
        }
        assertThat(Files.readString(folder.resolve("file"))).isEqualTo("no folder");
    }

    @Test
    void sigtermIsObeyedWhileNoBrokerAnswers() throws Exception {
        Pipeline pipeline = pipeline("nobody").at("127.0.0.1:1");
        try (ProcessorProcess processor = pipeline.start("state")) {
            await().atMost(A_MINUTE).until(() -> processor.log().contains("trying on"));
            assertThat(processor.terminate(Duration.ofSeconds(15))).contains(143);
            assertThat(processor.log()).doesNotContain("\tat ");
        }
    }

    private static void assertNeedsHelp(ProcessorProcess processor, String... sentences)
            throws InterruptedException {
        assertThat(processor.await(A_MINUTE)).as(processor::log).contains(2);
        assertThat(processor.log()).contains(sentences).doesNotContain("\tat ", "Caused by");
    }

    private static void awaitReading(ProcessorProcess processor) {
        Pipeline.awaitLedger(
                processor, ledger -> Pipeline.value(ledger, ProcessorCounter.PACKETS_READ) > 0);
    }

    private static String login(String password) {
        List<String> lines = new ArrayList<>();
        TestBroker.login(USER, password)
                .forEach((key, value) -> lines.add("kafka." + key + " = " + value));
        return String.join("\n", lines);
    }

    private static void allow(ResourceType type, String prefix, AclOperation... operations)
            throws Exception {
        for (AclOperation operation : operations) {
            AclBinding binding = binding(type, prefix, operation, AclPermissionType.ALLOW);
            SERVERS.broker().admin().createAcls(List.of(binding)).all().get();
        }
    }

    private static AclBinding binding(
            ResourceType type, String prefix, AclOperation operation, AclPermissionType verdict) {
        return new AclBinding(
                new ResourcePattern(type, prefix, PatternType.PREFIXED),
                new AccessControlEntry("User:" + USER, "*", operation, verdict));
    }

    private Pipeline pipeline(String name) {
        return new Pipeline(SERVERS.broker(), SERVERS.registry(), folder, name, 1);
    }
}
