package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class ConnectDocsTest {
    private static final String BEGIN = "-Dstream53.regenerate=true -->\n";
    private static final String END = "<!-- end of settings -->";

    @Test
    void theReferenceListsEachSettingAsItIs() throws IOException {
        Path file = Requires.repository().resolve("docs/connect.md");
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        if (Boolean.getBoolean("stream53.regenerate")) {
            Files.writeString(file, text.substring(0, begin) + table() + text.substring(end));
        } else {
            assertThat(text.substring(begin, end)).isEqualTo(table());
        }
    }

    private static String table() {
        return "| setting | default | is |\n| --- | --- | --- |\n"
                + SinkConfigDef.DEFINITION.configKeys().values().stream()
                        .filter(key -> !key.name.startsWith(SinkConfigDef.TLS_PREFIX))
                        .map(ConnectDocsTest::row)
                        .collect(Collectors.joining())
                + "| `elastic.https.ssl.*` | | Kafka's TLS settings of a client, for"
                + " `elastic.security.protocol=SSL`. |\n";
    }

    private static String row(ConfigDef.ConfigKey key) {
        String value;
        if (!key.hasDefault()) {
            value = "required";
        } else if (key.defaultValue == null) {
            value = "";
        } else {
            value = "`" + ConfigDef.convertToString(key.defaultValue, key.type) + "`";
        }
        return "| `" + key.name + "` | " + value + " | " + key.documentation + " |\n";
    }
}
