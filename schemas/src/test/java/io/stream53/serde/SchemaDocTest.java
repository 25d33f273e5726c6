package io.stream53.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaDocTest {
    private static final String FULL =
            "Evolves `FULL_TRANSITIVE`: every version reads every other, since others read this topic.";

    @Test
    void theReferenceSaysWhatTheSchemasSay() throws IOException {
        String markdown =
                SchemaDoc.markdown(
                        List.of(
                                new SchemaDoc.Topic(
                                        "dns.raw",
                                        Golden.current("DnsPacket"),
                                        "Evolves `BACKWARD_TRANSITIVE`: processors are upgraded before agents."),
                                new SchemaDoc.Topic(
                                        "dns.enriched", Golden.current("DnsTransaction"), FULL),
                                new SchemaDoc.Topic(
                                        "dns.tld-counts", Golden.current("TldCount"), FULL),
                                new SchemaDoc.Topic(
                                        "dns.ledger", Golden.current("NodeLedger"), FULL),
                                new SchemaDoc.Topic(
                                        "dns.alerts", Golden.current("DnsAlert"), FULL)));
        if (Golden.UPDATE) {
            Files.createDirectories(Golden.documentation().getParent());
            Files.writeString(Golden.documentation(), markdown);
        }
        assertThat(Golden.documentation())
                .as("Run mvn test -pl schemas -Dgolden.update=true after a change of the schemas.")
                .exists()
                .hasContent(markdown);
    }
}
