package io.stream53.standalone;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.apache.kafka.connect.runtime.Connect;

/**
 * One Kafka Connect worker on loopback; the program of the sink child. Connectors come through its
 * REST interface, as with any worker.
 *
 * <p>Arguments: data folder, port, bootstrap servers.
 */
public final class ConnectMain {
    private ConnectMain() {}

    /** Starts the worker and runs until the process is told to end. */
    public static void main(String[] arguments) {
        Map<String, String> settings =
                settings(Path.of(arguments[0]), Integer.parseInt(arguments[1]), arguments[2]);
        Connect<?> connect = new ConnectStandalone().startConnect(settings);
        connect.awaitStop();
    }

    private static Map<String, String> settings(Path folder, int port, String bootstrap) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("listeners", "http://127.0.0.1:" + port);
        settings.put("offset.storage.file.filename", folder.resolve("offsets").toString());
        // A demonstration is watched: its sinks say soon how far they are.
        settings.put("offset.flush.interval.ms", "1000");
        settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        settings.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        settings.put("consumer.isolation.level", "read_committed");
        settings.put("plugin.discovery", "service_load");
        return settings;
    }
}
