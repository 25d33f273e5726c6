package io.stream53.processor;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The texts of all settings, put together: defaults, then a file, then the environment, then the
 * command line.
 *
 * @param kafka settings with {@link Setting#KAFKA_PREFIX}, without it
 * @param streams settings with {@link Setting#STREAMS_PREFIX}, without it
 */
record Settings(
        Map<Setting, String> values, Map<String, String> kafka, Map<String, String> streams) {

    /**
     * Puts them together.
     *
     * @param file flat properties, or null
     * @throws ConfigurationException for a file that cannot be read and for a key that is none
     */
    static Settings load(
            @Nullable Path file, Map<String, String> environment, Map<Setting, String> options) {
        Settings settings =
                new Settings(new EnumMap<>(Setting.class), new HashMap<>(), new HashMap<>());
        for (Setting setting : Setting.values()) {
            settings.values.put(setting, setting.defaultValue());
        }
        if (file != null) {
            read(file).forEach((key, value) -> settings.put(key.toString(), value.toString()));
        }
        environment.forEach(settings::putFromEnvironment);
        settings.values.putAll(options);
        return settings;
    }

    String get(Setting setting) {
        return values.getOrDefault(setting, setting.defaultValue());
    }

    private void put(String key, String value) {
        Optional<Setting> setting = Setting.ofKey(key);
        if (setting.isPresent()) {
            values.put(setting.get(), value);
        } else if (!putPrefixed(key, value)) {
            throw new ConfigurationException(
                    ("There is no setting '%s'; docs/configuration-processor.md lists all, and"
                                    + " Kafka's own go behind kafka. or streams.")
                            .formatted(key));
        }
    }

    private boolean putPrefixed(String key, String value) {
        if (key.startsWith(Setting.KAFKA_PREFIX)) {
            kafka.put(key.substring(Setting.KAFKA_PREFIX.length()), value);
        } else if (key.startsWith(Setting.STREAMS_PREFIX)) {
            streams.put(key.substring(Setting.STREAMS_PREFIX.length()), value);
        } else {
            return false;
        }
        return true;
    }

    /** In names of Kafka's own settings every underscore stands for a dot. */
    private void putFromEnvironment(String variable, String value) {
        if (!variable.startsWith(Setting.ENVIRONMENT_PREFIX)) {
            return;
        }
        for (Setting setting : Setting.values()) {
            if (setting.environment().equals(variable)) {
                values.put(setting, value);
                return;
            }
        }
        String key =
                variable.substring(Setting.ENVIRONMENT_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
        if (!putPrefixed(key, value)) {
            throw new ConfigurationException(
                    "The environment variable %s names no setting; docs/configuration-processor.md lists all."
                            .formatted(variable));
        }
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException(
                    "The configuration file %s cannot be read: %s."
                            .formatted(file, e.getMessage()));
        }
        return properties;
    }
}
