package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.stream53.fixtures.TestRegistry;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.AvroDeserializer;
import io.stream53.serde.RegistryRefusedException;
import java.net.ConnectException;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each exception means to the people who run a processor. */
class FailureTest {
    private static final ProcessorConfig CONFIG =
            ProcessorConfig.of(Settings.load(null, Map.of(), Map.of()));

    @Test
    void whatMayPassIsTriedAgain() {
        assertThat(of(new TimeoutException("no answer")))
                .isEqualTo(new Failure.Passing("no answer"));
        assertThat(of(new KafkaException("outer", new ConnectException("refused"))))
                .isEqualTo(new Failure.Passing("refused"));
    }

    @Test
    void whatNobodyForesawIsAFaultInOneLine() {
        assertThat(of(new IllegalStateException("first line.\nsecond line")))
                .isEqualTo(new Failure.Fault("first line"));
    }

    @Test
    void permissionsAreNamed() {
        assertThat(help(new TopicAuthorizationException(Set.of("dns.enriched"))))
                .contains("may not use dns.enriched", "READ on dns.raw", "begin with stream53-");
        assertThat(help(GroupAuthorizationException.forGroupId("stream53")))
                .contains("the group stream53");
        assertThat(help(new TransactionalIdAuthorizationException("no")))
                .contains("transactional ids that begin with stream53-");
        assertThat(help(new ClusterAuthorizationException("no"))).contains("is refused (no)");
        assertThat(help(new SaslAuthenticationException("wrong password")))
                .contains("(wrong password)", "kafka.*");
    }

    @Test
    void aPermissionIsFoundBelowAnOutage() {
        assertThat(help(new TimeoutException(new GroupAuthorizationException("g"))))
                .contains("the group stream53");
    }

    @Test
    void whatElseSomebodyHasToMendIsNamed() {
        assertThat(help(new MissingSourceTopicException("gone")))
                .contains("dns.raw is gone", "./stream53 topics --bootstrap localhost:9092");
        assertThat(help(new RecordTooLargeException("2 MB"))).contains("(2 MB)", "1000000");
        assertThat(help(new InconsistentGroupProtocolException("range")))
                .contains("group stream53 is in use", "application-id");
        assertThat(help(new ClassCastException("a to b"))).contains("value.serializer");
        assertThat(
                        help(
                                new StreamsException(
                                        "Existing internal topic x has invalid partitions: 1.")))
                .contains("internal topics of application id stream53");
    }

    @ParameterizedTest
    @CsvSource({"401, kafka.basic.auth", "403, kafka.bearer.auth", "404, the path", "422, mend"})
    void theRegistrysRefusalsAreNamed(int status, String advice) {
        try (TestRegistry registry = TestRegistry.start();
                AvroDeserializer<DnsPacket> deserializer = new AvroDeserializer<>()) {
            deserializer.configure(Map.of("schema.registry.url", registry.url()), false);
            registry.failNext(1, status);
            RegistryRefusedException refused =
                    assertThrows(
                            RegistryRefusedException.class,
                            () ->
                                    deserializer.deserialize(
                                            "dns.raw", new byte[] {0, 0, 0, 0, 9, 1}));
            assertThat(help(refused)).contains("with " + status, advice);
        }
    }

    private static Failure of(RuntimeException exception) {
        return Failure.of(new StreamsException("outer", exception), CONFIG);
    }

    private static String help(RuntimeException exception) {
        return of(exception) instanceof Failure.NeedsHelp(String sentence)
                ? sentence
                : "another answer: " + of(exception);
    }
}
