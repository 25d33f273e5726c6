package io.stream53.serde;

import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the registry's connections, from Kafka's {@code ssl.*} keys by Kafka's own code: stores as
 * JKS, PKCS12 or PEM, in files or in the configuration itself.
 */
final class RegistryTls {
    private RegistryTls() {}

    /**
     * The context for these keys, null for the JVM's own when there are none.
     *
     * @throws ConfigException when a store cannot be read
     */
    static @Nullable SSLContext context(Map<String, Object> tls) {
        if (tls.isEmpty()) {
            return null;
        }
        Object identification = tls.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
        if (identification != null && !identification.toString().equalsIgnoreCase("https")) {
            throw new ConfigException(
                    "schema.registry.ssl.endpoint.identification.algorithm can only be https: give the"
                            + " registry a certificate that names its host.");
        }
        ConfigDef definition = new ConfigDef();
        SslConfigs.addClientSslSupport(definition);
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(new HashMap<>(definition.parse(tls)));
            return factory.sslContext();
        } catch (RuntimeException e) {
            throw new ConfigException(
                    "A setting schema.registry.ssl.* is wrong: " + e.getMessage());
        }
    }
}
