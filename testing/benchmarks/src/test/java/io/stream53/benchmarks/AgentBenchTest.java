package io.stream53.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.Requires;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The benchmarks run and their figures add up; how large these are is no test's business. */
class AgentBenchTest {
    private static final String SAMPLE =
            Requires.repository().resolve("deploy/standalone/sample/sample.pcap.gz").toString();

    private static JsonNode bench(String... arguments) throws IOException {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new AgentBench()).execute(arguments)).isZero();
        } finally {
            System.setOut(out);
        }
        return new ObjectMapper().readTree(printed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void measuresAllPassesButTheFirst() throws IOException {
        JsonNode once = bench(SAMPLE);
        JsonNode thrice = bench(SAMPLE, "--repeat", "3");
        assertThat(once.path("messages").asLong()).isBetween(8_000L, 20_000L);
        assertThat(once.path("packets").asLong())
                .isGreaterThanOrEqualTo(once.path("messages").asLong());
        assertThat(thrice.path("messages").asLong()).isEqualTo(2 * once.path("messages").asLong());
        assertThat(thrice.path("passes").asInt()).isEqualTo(2);
        assertThat(thrice.path("messagesPerCpuSecond").asDouble())
                .isCloseTo(
                        thrice.path("messages").asDouble() / thrice.path("cpuSeconds").asDouble(),
                        org.assertj.core.data.Offset.offset(1.0));
        assertThat(thrice.path("peakRssBytes").asLong()).isGreaterThan(1 << 20);
    }

    @Test
    void publishesIntoABrokerOfItsOwn() throws IOException {
        JsonNode result = bench(SAMPLE, "--kafka", "--seconds", "1", "--rounds", "1");
        assertThat(result.path("published").asLong()).isPositive();
        assertThat(result.path("readyMadePerSecond").asLong()).isPositive();
        assertThat(result.path("publishedPerSecond").asLong()).isPositive();
        assertThat(result.path("publishedOfReadyMade").asDouble()).isPositive();
    }

    @Test
    void whatCannotRunIsSaidInOneSentence() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        int[] statuses;
        try {
            statuses =
                    new int[] {
                        BenchMain.execute("agent", "missing.pcap"),
                        BenchMain.execute("agent", SAMPLE, "--repeat", "0"),
                        BenchMain.execute("agent"),
                    };
        } finally {
            System.setErr(before);
        }
        assertThat(IntStream.of(statuses)).containsExactly(2, 2, 2);
        assertThat(err.toString(StandardCharsets.UTF_8).strip().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("stream53 bench: "));
    }
}
