package io.stream53.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DashboardFilesTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("stream53.root", "."), "connect-config", "dashboards");

    @Test
    void areWhatTheDefinitionMakes() throws IOException {
        Map<String, String> made = DashboardFiles.all();
        if (Boolean.getBoolean("stream53.regenerate")) {
            for (Map.Entry<String, String> file : made.entrySet()) {
                Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
            }
        }
        for (Map.Entry<String, String> file : made.entrySet()) {
            assertThat(FOLDER.resolve(file.getKey()))
                    .as("run this test with -Dstream53.regenerate=true")
                    .hasContent(file.getValue());
        }
        assertThat(checkedIn()).isEqualTo(made.keySet());
    }

    @Test
    void panelsDoNotOverlapAndFitOnThePage() {
        for (Dashboard dashboard : Definition.dashboards()) {
            Set<String> taken = new HashSet<>();
            for (Dashboard.Placed placed : dashboard.placed(0)) {
                assertThat(placed.x() + placed.width()).isLessThanOrEqualTo(Dashboard.COLUMNS);
                for (int x = placed.x(); x < placed.x() + placed.width(); x++) {
                    for (int y = placed.y(); y < placed.y() + placed.height(); y++) {
                        assertThat(taken.add(x + "," + y)).as(placed.panel().title()).isTrue();
                    }
                }
            }
        }
    }

    private static Set<String> checkedIn() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.map(file -> FOLDER.relativize(file).toString())
                    .filter(name -> name.matches("(kibana|opensearch-dashboards|grafana)/.+"))
                    .collect(Collectors.toSet());
        }
    }
}
