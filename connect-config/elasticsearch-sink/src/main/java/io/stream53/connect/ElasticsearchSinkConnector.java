package io.stream53.connect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Indexes the records of topics in Elasticsearch or OpenSearch: the record's key is the document's
 * id, its value the document, and the event's time in the value names the index.
 */
public final class ElasticsearchSinkConnector extends SinkConnector {
    static final String VERSION = version(ElasticsearchSinkConnector.class);

    private Map<String, String> properties = Map.of();

    /** The version of the jar a class comes from. */
    static String version(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public void start(Map<String, String> given) {
        SinkSettings.of(given);
        properties = Map.copyOf(given);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ElasticsearchSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> tasks = new ArrayList<>();
        for (int i = 0; i < maxTasks; i++) {
            Map<String, String> task = new HashMap<>(properties);
            task.put(SinkConfigDef.TASK, Integer.toString(i));
            tasks.add(task);
        }
        return tasks;
    }

    @Override
    public void stop() {
        // Tasks hold everything that has to be closed.
    }

    @Override
    public ConfigDef config() {
        return SinkConfigDef.DEFINITION;
    }

    /**
     * Reports unknown keys, settings that do not fit together, and an engine that refuses the
     * credentials or is not trusted, where the user can see it.
     */
    @Override
    public Config validate(Map<String, String> given) {
        Config config = super.validate(given);
        List<ConfigValue> values = new ArrayList<>(config.configValues());
        for (String key : SinkConfigDef.unknown(given.keySet())) {
            ConfigValue value = new ConfigValue(key);
            value.addErrorMessage(SinkConfigDef.unknownKey(key));
            values.add(value);
        }
        if (values.stream().allMatch(value -> value.errorMessages().isEmpty())) {
            addConflict(given, values);
        }
        return new Config(values);
    }

    private static void addConflict(Map<String, String> given, List<ConfigValue> values) {
        try (BulkClient client = new BulkClient(SinkSettings.of(given))) {
            client.requireAccess();
        } catch (KafkaException e) {
            values.stream()
                    .filter(value -> value.name().equals(SinkConfigDef.CONNECTION_URL))
                    .forEach(value -> value.addErrorMessage(String.valueOf(e.getMessage())));
        }
    }
}
