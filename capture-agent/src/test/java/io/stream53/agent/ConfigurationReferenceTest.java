package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {
    @Test
    void theReferenceListsEverySettingAsTheCodeHasIt() throws IOException {
        Path reference = Requires.repository().resolve("docs/configuration-agent.md");
        List<String> rows =
                Files.readAllLines(reference).stream()
                        .filter(line -> line.startsWith("| `"))
                        .toList();
        assertThat(rows)
                .isEqualTo(
                        Arrays.stream(AgentSetting.values())
                                .map(ConfigurationReferenceTest::row)
                                .toList());
    }

    private static String row(AgentSetting setting) {
        String standard = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
        return "| `%s` | %s | %s |".formatted(setting.key(), standard, setting.meaning());
    }
}
