package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir private Path temporary;

    @Test
    void withoutANameItIsTemporaryAndDeletedAtTheEnd() throws IOException {
        DataFolder folder = DataFolder.open(null);
        Files.writeString(folder.of("kafka").resolve("log"), "x");
        folder.close();
        assertThat(folder.root()).doesNotExist();
    }

    @Test
    void keepsTheLogsWhenSomethingFailed() throws IOException {
        DataFolder folder = DataFolder.open(null);
        Files.writeString(folder.of("kafka").resolve("log"), "x");
        Files.writeString(folder.log("broker"), "why");
        folder.keepLogs();
        folder.close();
        assertThat(folder.log("broker")).exists();
        assertThat(folder.root().resolve("kafka")).doesNotExist();
        Files.delete(folder.log("broker"));
        Files.delete(folder.root().resolve("logs"));
        Files.delete(folder.root());
    }

    @Test
    void aNamedOneStays() {
        Path named = temporary.resolve("data");
        DataFolder.open(named).close();
        assertThat(named).isDirectory();
    }

    @Test
    void isUsedByOneAtATime() {
        try (DataFolder first = DataFolder.open(temporary)) {
            assertThatThrownBy(() -> DataFolder.open(temporary))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("Another demo uses the data folder " + first.root());
        }
        DataFolder.open(temporary).close();
    }
}
