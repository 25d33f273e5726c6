package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lists that apply works through, against the folders of the repository. */
class ConnectFilesTest {
    private static void holdsAll(
            String folder, List<String> names, Function<String, String> content)
            throws IOException {
        Path path = Requires.repository().resolve("connect-config").resolve(folder);
        if (!Files.isDirectory(path)) {
            assertThat(names).isEmpty();
            return;
        }
        try (Stream<Path> files = Files.list(path)) {
            List<Path> all = files.toList();
            assertThat(names)
                    .containsExactlyInAnyOrderElementsOf(
                            all.stream()
                                    .map(file -> file.getFileName().toString())
                                    .map(name -> name.replaceFirst("\\.json$", ""))
                                    .toList());
            for (Path file : all) {
                String name = file.getFileName().toString().replaceFirst("\\.json$", "");
                assertThat(content.apply(name)).isEqualTo(Files.readString(file));
            }
        }
    }

    @Test
    void theJarHasEveryFileOfTheFolders() throws IOException {
        holdsAll("index-templates", ConnectFiles.INDEX_TEMPLATES, ConnectFiles::indexTemplate);
        holdsAll(
                "component-templates",
                ConnectFiles.componentTemplates(),
                ConnectFiles::componentTemplate);
        holdsAll("lifecycle", ConnectFiles.lifecycles(), ConnectFiles::lifecycle);
        holdsAll("connectors", ConnectFiles.connectors(), ConnectFiles::connector);
    }
}
