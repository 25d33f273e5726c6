package io.stream53.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {
    @Test
    void theReferenceListsEverySettingAsTheCodeHasIt() throws IOException {
        Path reference = Requires.repository().resolve("docs/configuration-processor.md");
        List<String> rows =
                Files.readAllLines(reference).stream()
                        .filter(line -> line.startsWith("| `") && !line.startsWith("| `/"))
                        .toList();
        assertThat(rows).isEqualTo(Setting.table());
    }
}
