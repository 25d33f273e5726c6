package io.stream53.agent;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Looks at the files before anything else is started. */
final class InputFiles {
    private static final String STANDARD_INPUT = "-";

    private InputFiles() {}

    /** Those that cannot be read, each with a sentence. */
    static List<String> problems(List<String> files) {
        return files.stream()
                .filter(file -> !file.equals(STANDARD_INPUT))
                .map(InputFiles::problem)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> problem(String name) {
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            return Optional.of("no file can have the name %s".formatted(name));
        }
        if (!Files.exists(file)) {
            return Optional.of("there is no file " + file);
        }
        if (Files.isDirectory(file)) {
            return Optional.of("%s is a folder; name the capture files in it".formatted(file));
        }
        return Files.isReadable(file)
                ? Optional.empty()
                : Optional.of("%s cannot be read: check its permissions".formatted(file));
    }
}
