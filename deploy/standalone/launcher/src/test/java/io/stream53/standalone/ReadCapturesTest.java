package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadCapturesTest {
    @TempDir private Path folder;

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    @Test
    void knowsACaptureByItsContentWhateverItsName() throws IOException {
        ReadCaptures captures = new ReadCaptures(folder.resolve("captures"));
        String first = file("first", "packets");
        assertThat(captures.contains(first)).isFalse();
        captures.add(List.of(first));
        assertThat(captures.contains(first)).isTrue();
        assertThat(captures.contains(file("copy", "packets"))).isTrue();
        assertThat(captures.contains(file("other", "other packets"))).isFalse();
    }

    @Test
    void aCaptureThatHasGrownIsAnotherOne() throws IOException {
        ReadCaptures captures = new ReadCaptures(folder.resolve("captures"));
        captures.add(List.of(file("live", "packets")));
        assertThat(captures.contains(file("live", "packets and more"))).isFalse();
    }
}
