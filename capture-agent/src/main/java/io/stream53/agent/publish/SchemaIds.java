package io.stream53.agent.publish;

import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalInt;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/**
 * The id of DnsPacket's schema: a fixed one, or the registry's, or the one that the registry gave
 * at an earlier start, which the cache folder keeps by the schema's fingerprint. So an agent starts
 * while the registry is away.
 */
final class SchemaIds {
    private SchemaIds() {}

    /** Asks a registry. */
    @FunctionalInterface
    interface Registry {
        int idOfDnsPacket(KafkaSettings settings) throws IOException;
    }

    static int resolve(KafkaSettings settings) throws IOException {
        return resolve(settings, RegistrySchema::idOfDnsPacket);
    }

    static int resolve(KafkaSettings settings, Registry registry) throws IOException {
        if (settings.schemaId().isPresent()) {
            return settings.schemaId().getAsInt();
        }
        OptionalInt cached = read(cacheFile(settings));
        if (!settings.registry().isEmpty()) {
            try {
                int id = registry.idOfDnsPacket(settings);
                write(cacheFile(settings), id);
                return id;
            } catch (IOException e) {
                if (cached.isEmpty()) {
                    throw e;
                }
            }
        }
        return cached.orElseThrow(
                () ->
                        new IOException(
                                "the id of DnsPacket's schema is unknown: name the registry with --registry, or the"
                                        + " id with --schema-id"));
    }

    private static @Nullable Path cacheFile(KafkaSettings settings) {
        if (settings.schemaCache() == null) {
            return null;
        }
        long fingerprint = SchemaNormalization.parsingFingerprint64(DnsPacket.getClassSchema());
        return settings.schemaCache()
                .resolve("%s-value-%016x.id".formatted(settings.topic(), fingerprint));
    }

    /** A cache that cannot be read is as good as none. */
    private static OptionalInt read(@Nullable Path file) {
        if (file == null || !Files.isReadable(file)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException unreadable) {
            return OptionalInt.empty();
        }
    }

    private static void write(@Nullable Path file, int id) throws IOException {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(temporary, Integer.toString(id) + "\n");
        Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
