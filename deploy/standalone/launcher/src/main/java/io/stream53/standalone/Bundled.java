package io.stream53.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the checkout brings along for a first look. */
final class Bundled {
    private static final Path STANDALONE =
            Path.of(System.getProperty("stream53.root", ".")).resolve("deploy/standalone");

    private Bundled() {}

    /** The bundled MMDB files; none in a checkout without them. */
    static List<Path> geoip() {
        Path folder = STANDALONE.resolve("geoip");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".mmdb")).sorted().toList();
        } catch (IOException e) {
            throw new UserError("The folder " + folder + " cannot be read: check its permissions.");
        }
    }

    /** The bundled capture. */
    static Path sample() {
        Path sample = STANDALONE.resolve("sample/sample.pcap.gz");
        if (!Files.isReadable(sample)) {
            throw new UserError(
                    "The bundled capture %s is missing: name one with --pcap.".formatted(sample));
        }
        return sample;
    }
}
