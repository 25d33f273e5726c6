package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker, registry, search engine and worker, started as the demo starts them. */
class PartsTest {
    @TempDir private Path folder;

    private static Endpoints endpoints() {
        Ports ports = new Ports();
        return new Endpoints(
                ports.free(),
                ports.free(),
                ports.free(),
                ports.free(),
                ports.free(),
                ports.free(),
                ports.free());
    }

    private static Programs programs() {
        Path standalone = Requires.repository().resolve("deploy/standalone");
        Requires.file(standalone.resolve("launcher/target/registry/quarkus-run.jar"));
        Requires.that(
                Files.isDirectory(standalone.resolve("search-engine/target/lib")),
                "the search engine's module is not built");
        return Programs.locate();
    }

    @Test
    void eachPartServesOnLoopbackAndEndsWithThePipeline() throws Exception {
        List<Child> children;
        try (DataFolder data = DataFolder.open(folder);
                Pipeline pipeline = new Pipeline(programs(), data, endpoints())) {
            new Startup(pipeline, () -> {}, new Sinks(pipeline)::create, () -> {}).run();
            children = pipeline.children().all();
            assertThat(children)
                    .extracting(Child::name)
                    .containsExactlyInAnyOrder("broker", "registry", "search-engine", "connect");
            try (Admin admin = pipeline.admin()) {
                assertThat(admin.listTopics().names().get())
                        .contains("dns.raw", "dns.enriched", "dns.tld-counts", "dns.dead-letters");
            }
            String config = pipeline.endpoints().registry() + "/config";
            assertThat(pipeline.http().get(config).path("compatibilityLevel").asText())
                    .isEqualTo("BACKWARD");
            for (Child child : children) {
                assertThat(child.startMs()).as(child.name()).isPresent();
                assertThat(listensOnlyOnLoopback(child)).as(child.name()).isTrue();
                assertThat(CaptureRight.isHeldBy(child.pid())).as(child.name()).isFalse();
            }
        }
        assertThat(children).noneMatch(Child::alive);
    }

    /** Local addresses of listening sockets are 127.0.0.1, plain or mapped into IPv6. */
    private static boolean listensOnlyOnLoopback(Child child) throws IOException {
        for (String address : Ports.listeningAddresses(Path.of("/proc/" + child.pid()))) {
            if (!address.contains("0100007F:")) {
                return false;
            }
        }
        return true;
    }
}
