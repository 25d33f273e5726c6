package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {
    @TempDir private Path folder;

    private record Outcome(int status, String err) {}

    private static Outcome run(String... arguments) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err));
        return new Outcome(commandLine.execute(arguments), err.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    nosuch                            | stream53: Unmatched argument
                    demo --nosuch                     | stream53 demo: Unknown option: '--nosuch'
                    demo --kafka-port x               | stream53 demo: Invalid value for option
                    demo --duration 3s                | stream53: --duration and --source go with
                    demo --interface lo --once        | stream53: --once on an interface needs
                    demo --interface lo --pcap x      | stream53: give either --pcap or
                    demo --dump-documents x           | stream53: --dump-documents goes with --once
                    demo --pcap /no/such/file         | stream53: /no/such/file does not exist
                    inspect                           | stream53 inspect: Missing required
                    inspect --format xml x            | stream53 inspect: Invalid value for option
                    inspect /no/such/file             | stream53: /no/such/file does not exist
                    apply                             | stream53: Name at least one server
                    apply --url x:9200                | stream53: --url must begin with http://
                    apply --url http://u:p@x          | stream53: --url must not hold a user
                    apply --only connector --url http://x | stream53: --only connector needs --connect
                    apply --only nosuch --url http://x | stream53 apply: Invalid value for option
                    apply --url http://x --connector z | stream53: There is no connector z
                    apply --url http://x --set connection.password=y | stream53: --set connection.password would show
                    apply --url http://x --ca /no/such | stream53: --ca names /no/such, which
                    demo --retention soon             | stream53: --retention is 'soon'
                    topics                            | stream53 topics: Missing required option
                    topics --bootstrap x --partitions 0 | stream53: --partitions and""")
    void oneSentenceAndStatus2WhenCalledWrongly(String line, String sentence) {
        Outcome outcome = run(line.strip().split(" ", -1));
        assertThat(outcome.err()).startsWith(sentence.strip()).hasLineCount(1);
        assertThat(outcome.status()).isEqualTo(UserError.USAGE);
    }

    @Test
    void oneSentenceForAFileThatIsNoCapture() throws Exception {
        Path file = Files.writeString(folder.resolve("notes.txt"), "not a capture, just notes");
        Outcome outcome = run("demo", "--pcap", file.toString());
        assertThat(outcome.err()).contains("is not a pcap file").hasLineCount(1);
        assertThat(outcome.status()).isEqualTo(UserError.USAGE);
    }

    @Test
    void oneSentenceWhenNoBrokerAnswers() {
        Outcome outcome = run("topics", "--bootstrap", "no.such.host.invalid:9092");
        assertThat(outcome.err()).contains("check --bootstrap and the broker").hasLineCount(1);
        assertThat(outcome.status()).isEqualTo(UserError.FAILED);
    }
}
