package io.stream53.serde;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * The files under {@code src/test/resources/golden}: for each schema and version its {@code
 * schema.avsc}, and samples as JSON with the Avro bytes beside them.
 */
final class Golden {
    static final List<String> SCHEMAS =
            List.of("DnsPacket", "DnsTransaction", "TldCount", "NodeLedger", "DnsAlert");
    static final ObjectMapper JSON = new ObjectMapper();

    /** Whether the files are written instead of compared. */
    static final boolean UPDATE = Boolean.getBoolean("golden.update");

    private static final Path MODULE = module();
    private static final Path FOLDER = MODULE.resolve("src/test/resources/golden");

    /** One published version of a schema; the newest is the current one. */
    record Version(String schemaName, int number) {
        Path folder() {
            return FOLDER.resolve(schemaName).resolve("v" + number);
        }

        Path schemaFile() {
            return folder().resolve("schema.avsc");
        }

        Schema schema() throws IOException {
            return new Schema.Parser().parse(Files.readString(schemaFile()));
        }

        @Override
        public String toString() {
            return schemaName + " v" + number;
        }
    }

    /** One record: {@code <name>.json} and {@code <name>.avro}. */
    record Sample(Version version, String name) {
        Path json() {
            return version.folder().resolve(name + ".json");
        }

        Path avro() {
            return version.folder().resolve(name + ".avro");
        }

        @Override
        public String toString() {
            return version + " " + name;
        }
    }

    private Golden() {}

    /** Maven names the folder it was started in, an IDE none: look upward from there. */
    private static Path module() {
        Path start = Path.of(System.getProperty("stream53.root", "")).toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            Path module = folder.resolve("schemas");
            if (Files.isDirectory(module.resolve("src/main/avro"))) {
                return module;
            }
        }
        throw new IllegalStateException("Set stream53.root to the repository's root folder");
    }

    static Path sourceFile(String schemaName) {
        return MODULE.resolve("src/main/avro").resolve(schemaName + ".avsc");
    }

    static Schema current(String schemaName) throws IOException {
        return new Schema.Parser().parse(Files.readString(sourceFile(schemaName)));
    }

    static Path documentation() {
        return MODULE.resolveSibling("docs").resolve("schema.md");
    }

    /** Oldest first. */
    static List<Version> versions(String schemaName) throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER.resolve(schemaName))) {
            return folders.map(
                            folder ->
                                    Integer.parseInt(folder.getFileName().toString().substring(1)))
                    .sorted()
                    .map(number -> new Version(schemaName, number))
                    .toList();
        }
    }

    static List<Sample> samples(Version version) throws IOException {
        try (Stream<Path> files = Files.list(version.folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> new Sample(version, name.substring(0, name.length() - 5)))
                    .sorted(Comparator.comparing(Sample::name))
                    .toList();
        }
    }
}
