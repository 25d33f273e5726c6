package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's serializer, in a jar of the user's, is named in the configuration and found. */
class PluggedSerializerTest {
    /** Says that it was reached, with what it was configured with. */
    public static final class Refusing implements Serializer<Object> {
        @Override
        public void configure(Map<String, ?> configs, boolean isKey) {
            throw new IllegalArgumentException(
                    "reached with " + configs.get("schema.registry.url"));
        }

        @Override
        public byte[] serialize(String topic, Object data) {
            throw new UnsupportedOperationException();
        }
    }

    @TempDir Path folder;

    @Test
    void isFoundInTheJarsThatTheUserAdds() throws Exception {
        Path classes =
                Path.of(Refusing.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path sample = Requires.repository().resolve("deploy/standalone/sample/sample.pcap.gz");
        Object[] agent = {
            "agent",
            "--pcap",
            sample,
            "--registry",
            "http://registry.example",
            "--value-serializer",
            Refusing.class.getName()
        };
        Stream53.Run without = Stream53.run(folder, agent);
        assertThat(without.status()).isEqualTo(2);
        assertThat(without.err()).contains("is not on the class path: add its jar");

        Stream53.Run with =
                Stream53.run(folder, Map.of("STREAM53_CLASSPATH", classes.toString()), agent);
        assertThat(with.status()).isEqualTo(2);
        assertThat(with.err()).contains("cannot be set up: reached with http://registry.example");
    }
}
