package io.stream53.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.fixtures.Requires;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The contenders run and their figures fit together; how large these are is no test's business. */
class ProcessorBenchTest {
    private static JsonNode bench(String... arguments) throws IOException {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new ProcessorBench()).execute(arguments)).isZero();
        } finally {
            System.setOut(out);
        }
        return new ObjectMapper().readTree(printed.toString(StandardCharsets.UTF_8));
    }

    private static String bundled(String name) {
        return Requires.repository().resolve("deploy/standalone").resolve(name).toString();
    }

    @Test
    void comparesTheProcessorWithACopyLoop() throws IOException {
        JsonNode result =
                bench(
                        bundled("sample/sample.pcap.gz"),
                        "--geoip",
                        bundled("geoip/iptoasn-country.mmdb"),
                        "--only",
                        "copyLoop,topology",
                        "--records",
                        "600000",
                        "--rounds",
                        "1",
                        "--seconds",
                        "0.5",
                        "--warm-up",
                        "0");
        double copy = result.path("copyLoop").path("cpuMicrosPerRecord").asDouble();
        double topology = result.path("topology").path("cpuMicrosPerRecord").asDouble();
        assertThat(result.path("copyLoop").path("recordsPerSecond").asLong()).isPositive();
        assertThat(result.path("topology").path("recordsPerSecond").asLong()).isPositive();
        assertThat(result.path("topologyOfCopyLoop").asDouble())
                .isCloseTo(copy / topology, offset(0.02));
        assertThat(result.path("valid").asBoolean()).isEqualTo(copy <= 3.5);
    }

    @Test
    void pendingQueriesAreAllHeldAndStored() throws IOException {
        JsonNode result = bench("--pending", "20000");
        assertThat(result.path("pending").asInt()).isEqualTo(20_000);
        assertThat(result.path("storeRecords").asInt()).isBetween(20_000 / 64, 20_000 / 32);
        assertThat(result.path("heapBytesPerQuery").asLong()).isPositive();
    }
}
