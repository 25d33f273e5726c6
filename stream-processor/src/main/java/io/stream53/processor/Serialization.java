package io.stream53.processor;

import io.stream53.processor.task.Outage;
import io.stream53.serde.GeneratedClasses;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** Makes the serializers that the settings name: ours, or any other of the same wire format. */
final class Serialization {
    static {
        GeneratedClasses.trust();
    }

    private Serialization() {}

    /**
     * Makes one of each and throws it away: what is wrong with them is said before anything starts.
     */
    static void check(ProcessorConfig config) {
        serializer(config).close();
        deserializer(config).close();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The class is a setting.
    static <T> Serializer<T> serializer(ProcessorConfig config) {
        Serializer<T> serializer =
                (Serializer<T>)
                        make(Setting.VALUE_SERIALIZER, config.valueSerializer(), Serializer.class);
        configure(
                Setting.VALUE_SERIALIZER, () -> serializer.configure(config.serdeConfig(), false));
        return serializer;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <T> Deserializer<T> deserializer(ProcessorConfig config) {
        Deserializer<T> deserializer =
                (Deserializer<T>)
                        make(
                                Setting.VALUE_DESERIALIZER,
                                config.valueDeserializer(),
                                Deserializer.class);
        Map<String, Object> settings = config.serdeConfig();
        // Confluent's deserializer gives generic records unless it is told otherwise.
        settings.putIfAbsent("specific.avro.reader", true);
        configure(Setting.VALUE_DESERIALIZER, () -> deserializer.configure(settings, false));
        return deserializer;
    }

    private static void configure(Setting setting, Runnable configuring) {
        try {
            configuring.run();
        } catch (RuntimeException | LinkageError e) {
            throw new ConfigurationException(
                    "The class of the setting %s refuses its settings in kafka.* and registry: %s."
                            .formatted(setting.key(), Outage.sentence(e)));
        }
    }

    private static Object make(Setting setting, String className, Class<?> type) {
        try {
            Object instance = Class.forName(className).getDeclaredConstructor().newInstance();
            if (type.isInstance(instance)) {
                return instance;
            }
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new ConfigurationException(
                    "The class %s of the setting %s cannot be used (%s); put its jar on the class path."
                            .formatted(className, setting.key(), e));
        }
        throw new ConfigurationException(
                "The class %s of the setting %s is no %s."
                        .formatted(className, setting.key(), type.getSimpleName()));
    }
}
