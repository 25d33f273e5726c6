package io.stream53.connect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/**
 * The index pattern of each topic, written as a list of {@code pattern}, which is for every topic
 * without one of its own, and {@code topic:pattern}. Neither topics nor indices have a colon.
 */
record IndexPatterns(Map<String, IndexPattern> byTopic) {
    private static final String ANY = "";

    /** Reads a list; one that is empty or has two patterns for a topic is refused. */
    static IndexPatterns of(List<String> elements) {
        Map<String, IndexPattern> patterns = new HashMap<>();
        for (String element : elements) {
            int colon = element.indexOf(':');
            String topic = colon < 0 ? ANY : element.substring(0, colon);
            IndexPattern pattern = IndexPattern.of(element.substring(colon + 1));
            if (patterns.put(topic, pattern) != null) {
                throw new ConfigException(
                        "index.pattern has two patterns for "
                                + (topic.equals(ANY) ? "every topic" : topic)
                                + ".");
            }
        }
        if (patterns.isEmpty()) {
            throw new ConfigException("index.pattern is empty; name an index.");
        }
        return new IndexPatterns(Map.copyOf(patterns));
    }

    /** The pattern of a topic; having none is a {@link ConfigException}. */
    IndexPattern of(String topic) {
        IndexPattern pattern = byTopic.getOrDefault(topic, byTopic.get(ANY));
        if (pattern == null) {
            throw new ConfigException(
                    "index.pattern names no index for the topic "
                            + topic
                            + "; add "
                            + topic
                            + ":PATTERN.");
        }
        return pattern;
    }

    /** Whether the name of any index depends on the event's time. */
    boolean useTime() {
        return byTopic.values().stream().anyMatch(IndexPattern::usesTime);
    }

    /** Validates a key's value for {@link org.apache.kafka.common.config.ConfigDef}. */
    static void check(String key, Object value) {
        if (value instanceof List<?> elements) {
            IndexPatterns _ = of(elements.stream().map(Object::toString).toList());
        }
    }
}
