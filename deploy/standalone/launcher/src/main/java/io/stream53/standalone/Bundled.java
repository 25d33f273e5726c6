package io.stream53.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the checkout brings along for a first look. */
final class Bundled {
    private static final Path STANDALONE =
            Path.of(System.getProperty("stream53.root", ".")).resolve("deploy/standalone");

    /**
     * The addresses of the side that the bundled capture was taken on, as make-sample writes them:
     * what they are asked is inbound, what they ask is outbound.
     */
    static final List<String> SAMPLE_ADDRESSES =
            List.of("192.0.2.53", "198.51.100.53", "2001:db8:2::53", "2001:db8:4::53");

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
