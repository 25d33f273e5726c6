package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code -Ddocs.update=true} writes the table of the reference anew. */
class ConfigurationReferenceTest {
    private static final Path REFERENCE =
            Requires.repository().resolve("docs/configuration-agent.md");

    @Test
    void theReferenceListsEverySettingAsTheCodeHasIt() throws IOException {
        List<String> expected =
                Arrays.stream(AgentSetting.values()).map(ConfigurationReferenceTest::row).toList();
        if (Boolean.getBoolean("docs.update")) {
            update(expected);
        }
        assertThat(Files.readAllLines(REFERENCE).stream().filter(line -> line.startsWith("| `")))
                .containsExactlyElementsOf(expected);
    }

    private static void update(List<String> rows) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(REFERENCE));
        lines.removeIf(line -> line.startsWith("| `"));
        lines.addAll(lines.indexOf("| --- | --- | --- |") + 1, rows);
        Files.write(REFERENCE, lines);
    }

    private static String row(AgentSetting setting) {
        String standard = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
        return "| `%s`%s | %s | %s |"
                .formatted(
                        setting.key(),
                        setting.isReloadable() ? " ↻" : "",
                        standard,
                        setting.meaning());
    }
}
