package io.stream53.apply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Authorization header for a server, from environment variables or the files they name, never
 * from the command line, which everybody on the machine can read.
 *
 * @param header null without credentials
 * @param prefix of the variables: {@code PREFIX_USERNAME}, {@code PREFIX_PASSWORD}, {@code
 *     PREFIX_API_KEY}; each with {@code _FILE} names a file instead
 */
record Credentials(@Nullable String header, String prefix) {
    /** Reads the variables of a prefix. */
    static Credentials of(String prefix, Map<String, String> environment) {
        String user = value(prefix + "_USERNAME", environment);
        String password = value(prefix + "_PASSWORD", environment);
        String apiKey = value(prefix + "_API_KEY", environment);
        if ((user == null) != (password == null)) {
            throw ApplyError.usage(
                    "%s_USERNAME and %s_PASSWORD are needed together.".formatted(prefix, prefix));
        }
        if (user != null && apiKey != null) {
            throw ApplyError.usage(
                    "Set either %s_USERNAME and %s_PASSWORD, or %s_API_KEY."
                            .formatted(prefix, prefix, prefix));
        }
        if (apiKey != null) {
            return new Credentials("ApiKey " + apiKey, prefix);
        }
        return new Credentials(user == null ? null : basic(user + ":" + password), prefix);
    }

    /** These, or others where there are none. */
    Credentials or(Credentials others) {
        return header == null && others.header != null
                ? new Credentials(others.header, prefix)
                : this;
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String value(String name, Map<String, String> environment) {
        String value = environment.getOrDefault(name, "");
        String file = environment.getOrDefault(name + "_FILE", "");
        if (!value.isEmpty() && !file.isEmpty()) {
            throw ApplyError.usage("Set either %s or %s_FILE.".formatted(name, name));
        }
        if (!file.isEmpty()) {
            return read(name + "_FILE", file);
        }
        return value.isEmpty() ? null : value;
    }

    private static String read(String name, String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw ApplyError.usage(
                    "%s names %s, which cannot be read: check the path and its permissions."
                            .formatted(name, file));
        }
    }

    /** What to do about a refusal; never the credentials themselves. */
    String advice() {
        return "set %s_USERNAME and %s_PASSWORD%s"
                .formatted(
                        prefix,
                        prefix,
                        Servers.HAVE_API_KEYS.contains(prefix)
                                ? ", or %s_API_KEY".formatted(prefix)
                                : "");
    }

    @Override
    public String toString() {
        return prefix;
    }
}
