package io.stream53.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks at the files before anything else is started. */
final class InputFiles {
    private static final String STANDARD_INPUT = "-";

    private InputFiles() {}

    static void check(List<String> files) {
        for (String file : files) {
            if (!file.equals(STANDARD_INPUT)) {
                check(Path.of(file));
            }
        }
    }

    private static void check(Path file) {
        if (!Files.exists(file)) {
            throw new ConfigurationException("there is no file " + file);
        }
        if (Files.isDirectory(file)) {
            throw new ConfigurationException(
                    "%s is a folder; name the capture files in it".formatted(file));
        }
        if (!Files.isReadable(file)) {
            throw new ConfigurationException(
                    "%s cannot be read: check its permissions".formatted(file));
        }
    }
}
