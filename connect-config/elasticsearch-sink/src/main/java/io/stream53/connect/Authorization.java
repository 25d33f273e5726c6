package io.stream53.connect;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The Authorization header that a configuration asks for. */
final class Authorization {
    private Authorization() {}

    /** Basic (RFC 7617) or {@code ApiKey}; null without credentials. */
    static @Nullable String of(AbstractConfig config) {
        String user = config.getString(SinkConfigDef.USERNAME);
        String password = SinkSettings.secret(config, SinkConfigDef.PASSWORD);
        String apiKey = SinkSettings.secret(config, SinkConfigDef.API_KEY);
        boolean hasUser = user != null && !user.isEmpty();
        if (hasUser != (password != null)) {
            throw new ConfigException(
                    "connection.username and connection.password are needed together.");
        }
        if (hasUser && apiKey != null) {
            throw new ConfigException(
                    "Set either connection.username and connection.password, or api.key.");
        }
        if (apiKey != null) {
            return "ApiKey " + apiKey;
        }
        return hasUser ? "Basic " + base64(user + ":" + password) : null;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
