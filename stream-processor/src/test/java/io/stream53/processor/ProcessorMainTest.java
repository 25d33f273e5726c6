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
