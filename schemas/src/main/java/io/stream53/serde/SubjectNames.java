package io.stream53.serde;

import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Under which subject a schema is registered; the names are those of Confluent's strategies. */
enum SubjectNames {
    /** {@code <topic>-key} or {@code <topic>-value}: one schema a topic. */
    TOPIC("TopicNameStrategy") {
        @Override
        String subject(String topic, boolean isKey, Schema schema) {
            return topic + (isKey ? "-key" : "-value");
        }
    },

    /** The record's full name, whatever the topic. */
    RECORD("RecordNameStrategy") {
        @Override
        String subject(String topic, boolean isKey, Schema schema) {
            return schema.getFullName();
        }
    },

    /** {@code <topic>-<full name>}: several types in a topic. */
    TOPIC_RECORD("TopicRecordNameStrategy") {
        @Override
        String subject(String topic, boolean isKey, Schema schema) {
            return topic + "-" + schema.getFullName();
        }
    };

    private final String strategy;

    SubjectNames(String strategy) {
        this.strategy = strategy;
    }

    abstract String subject(String topic, boolean isKey, Schema schema);

    /**
     * The strategy of a configuration value: its name, or a class (or its name) that ends in it.
     *
     * @throws ConfigException for any other value
     */
    static SubjectNames parse(String key, @Nullable Object value) {
        if (value == null) {
            return TOPIC;
        }
        String name = value instanceof Class<?> type ? type.getName() : value.toString();
        String simple = name.substring(name.lastIndexOf('.') + 1);
        for (SubjectNames names : values()) {
            if (names.strategy.equals(simple)) {
                return names;
            }
        }
        throw new ConfigException(
                key
                        + " can only be TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy, not "
                        + name
                        + ".");
    }
}
