package io.stream53.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.callback.Callback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.junit.jupiter.api.Test;

class SecretsTest {
    private static final String SECRET = "hunter-2-secret";
    private static final String JAAS =
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"agent\""
                    + " password=\""
                    + SECRET
                    + "\";";

    private static KafkaSettings settings(Map<String, String> overrides) {
        Map<String, String> all = new HashMap<>(overrides);
        all.put("default.api.timeout.ms", "1000");
        all.put("request.timeout.ms", "900");
        return new KafkaSettings("127.0.0.1:1", "dns.raw", "", OptionalInt.of(1), null, "", all);
    }

    @Test
    void secretsAreHiddenWholeAndInParts() {
        Secrets secrets =
                Secrets.NONE.and(
                        Map.of("sasl.jaas.config", JAAS, "ssl.key.password", "abc", "acks", "all"));
        assertThat(secrets.hide("wrong: " + JAAS)).isEqualTo("wrong: [hidden]");
        assertThat(secrets.hide("no key " + SECRET + " all")).isEqualTo("no key [hidden] all");
        assertThat(secrets.hide("abc")).isEqualTo("[hidden]");
    }

    @Test
    void scramAndMutualTlsReachTheProducer() {
        Map<String, String> given =
                Map.of(
                        "security.protocol", "SASL_SSL",
                        "sasl.mechanism", "SCRAM-SHA-512",
                        "sasl.jaas.config", JAAS,
                        "ssl.keystore.type", "PEM",
                        "ssl.keystore.key", SECRET,
                        "ssl.keystore.certificate.chain", "chain");
        assertThat(KafkaProducers.config(settings(given), false)).containsAllEntriesOf(given);
        assertThat(settings(given).problems(false)).isEmpty();
        assertThat(new ProducerConfig(withSerializers(given)).toString()).doesNotContain(SECRET);
    }

    private static void open(Map<String, String> given) throws IOException {
        KafkaOutput.open(settings(given), SpoolSettings.DEFAULT, true, Duration.ofSeconds(1))
                .close();
    }

    private static Map<String, Object> withSerializers(Map<String, String> given) {
        Map<String, Object> config = KafkaProducers.config(settings(given), false);
        String bytes = "org.apache.kafka.common.serialization.ByteArraySerializer";
        config.put("key.serializer", bytes);
        config.put("value.serializer", bytes);
        return config;
    }

    @Test
    void kafkasOwnWordsOfAWrongLoginTellNoSecret() {
        String broken = JAAS.replace("required", "requited");
        Map<String, String> given =
                Map.of(
                        "security.protocol", "SASL_PLAINTEXT",
                        "sasl.mechanism", "SCRAM-SHA-512",
                        "sasl.jaas.config", broken);
        assertThatThrownBy(() -> open(given))
                .hasMessageContaining("the Kafka settings are wrong")
                .hasMessageNotContaining(SECRET);
    }

    /** Counts how often Kafka's client asks it for a token. */
    public static final class TokenHandler implements AuthenticateCallbackHandler {
        static final AtomicInteger ASKED = new AtomicInteger();

        @Override
        public void configure(
                Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
            ASKED.incrementAndGet();
        }

        @Override
        public void handle(Callback[] callbacks) {
            ASKED.incrementAndGet();
        }

        @Override
        public void close() {}
    }

    @Test
    void oauthReachesTheAdminClient() {
        String module =
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;";
        Map<String, String> given =
                Map.of(
                        "security.protocol",
                        "SASL_PLAINTEXT",
                        "sasl.mechanism",
                        "OAUTHBEARER",
                        "sasl.jaas.config",
                        module,
                        "sasl.login.callback.handler.class",
                        TokenHandler.class.getName());
        int before = TokenHandler.ASKED.get();
        assertThatThrownBy(() -> open(given)).isNotNull();
        assertThat(TokenHandler.ASKED.get()).isGreaterThan(before);
    }
}
