package io.stream53.fuzz;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The inputs in the repository. */
final class Corpus {
    private Corpus() {}

    static Path folder(Targets.Target target) {
        return Requires.repository()
                .resolve("testing/fuzz/src/test/resources/corpus")
                .resolve(target.toString());
    }

    static List<byte[]> of(Targets.Target target) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder(target))) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        return inputs;
    }
}
