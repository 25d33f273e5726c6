package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What people read before anything runs. */
class ProcessorMainTest {
    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("--bootstrap", "--registry", "--application-id", "--geoip")
                .contains("--state-dir", "--http", "--config");
    }

    @Test
    void anUnknownSettingIsOneSentence() throws IOException {
        Path file = Files.writeString(folder.resolve("p.properties"), "no.such.key = 1\n");
        assertThat(run("--config", file.toString())).isEqualTo(2);
        assertThat(err.toString()).startsWith("There is no setting 'no.such.key'").hasLineCount(1);
    }

    @Test
    void aLimitThatCannotBeIsOneSentence() throws IOException {
        Path file = Files.writeString(folder.resolve("p.properties"), "match.max-early = 0\n");
        assertThat(run("--config", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("match.max-early").hasLineCount(1);
    }

    @Test
    void aGeoFileThatIsNotThereIsOneSentence() {
        assertThat(run("--geoip", folder.resolve("none.mmdb").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("none.mmdb").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    kafka.acks = maybe | Invalid value maybe for configuration acks
                    streams.num.standby.replicas = two | num.standby.replicas
                    bootstrap = nowhere.invalid:9092 | bootstrap
                    kafka.max.retries = many | max.retries
                    value.serializer = no.such.Writer | The class no.such.Writer of the setting value.serializer
                    value.deserializer = java.lang.String | value.deserializer is no Deserializer
                    match.timeout = soon | a duration such as
                    http = 9153 | must be host:port
                    """)
    void whatNoSettingCanBeIsOneSentence(String line, String sentence) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("p.properties"), "http = 127.0.0.1:0\n" + line + "\n");
        assertThat(run("--config", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(sentence).hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no database"})
    void aGeoFileThatIsNoneIsOneSentence(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("broken.mmdb"), content);
        assertThat(run("--geoip", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("broken.mmdb cannot be read as MMDB").hasLineCount(1);
    }

    @Test
    void aTakenPortIsOneSentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("--http", "127.0.0.1:" + taken.getLocalPort())).isEqualTo(2);
        }
        assertThat(err.toString()).contains("choose another address with --http").hasLineCount(1);
    }

    private int run(String... arguments) {
        return new CommandLine(new ProcessorMain())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
