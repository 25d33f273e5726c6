package io.stream53.serde;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** What the serializer is told beside the registry; Confluent's keys and defaults, but for one. */
record SerdeConfig(
        boolean autoRegister,
        boolean normalize,
        boolean useLatest,
        boolean latestStrict,
        boolean removeJavaProperties,
        boolean specificReader,
        SubjectNames names,
        boolean isKey) {

    static SerdeConfig from(Map<String, ?> configs, boolean isKey) {
        String namesKey = (isKey ? "key" : "value") + ".subject.name.strategy";
        return new SerdeConfig(
                flag(configs, "auto.register.schemas", true),
                flag(configs, "normalize.schemas", false),
                flag(configs, "use.latest.version", false),
                flag(configs, "latest.compatibility.strict", true),
                // Confluent's default is false: its subjects then hold notes for Java.
                flag(configs, "avro.remove.java.properties", true),
                flag(configs, "specific.avro.reader", false),
                SubjectNames.parse(namesKey, configs.get(namesKey)),
                isKey);
    }

    private static boolean flag(Map<String, ?> configs, String key, boolean otherwise) {
        Object value = configs.get(key);
        if (value == null) {
            return otherwise;
        }
        return switch (value.toString().strip().toLowerCase(java.util.Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new ConfigException(
                            key + " can only be true or false, not " + value + ".");
        };
    }
}
