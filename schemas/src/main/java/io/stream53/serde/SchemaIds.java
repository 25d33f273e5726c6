package io.stream53.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalInt;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the id that a program which encodes Avro itself writes before its records: a fixed one; or
 * the registry's, which is then kept in a folder; or, while no registry answers, the one kept
 * there. So a capture agent starts without the registry wherever it once started with it.
 */
public final class SchemaIds {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaIds.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OptionalInt fixed;
    private final @Nullable RegistryClient client;
    private final @Nullable Path folder;
    private final boolean autoRegister;

    private SchemaIds(
            OptionalInt fixed,
            @Nullable RegistryClient client,
            @Nullable Path folder,
            boolean autoRegister) {
        this.fixed = fixed;
        this.client = client;
        this.folder = folder;
        this.autoRegister = autoRegister;
    }

    /** Always this id; nobody is asked. */
    public static SchemaIds fixed(int id) {
        return new SchemaIds(OptionalInt.of(id), null, null, false);
    }

    /**
     * Asks the registry.
     *
     * @param folder where ids are kept for the next start, made when it is missing; null for
     *     nowhere
     * @param autoRegister whether a schema that the registry does not have is registered
     */
    public static SchemaIds of(RegistryClient client, @Nullable Path folder, boolean autoRegister) {
        return new SchemaIds(OptionalInt.empty(), client, folder, autoRegister);
    }

    /**
     * Id of the schema under the subject.
     *
     * @throws RegistryUnavailableException when no registry answers and the folder has no id either
     * @throws RegistryRefusedException when the registry refuses the schema or the credentials
     */
    public int resolve(String subject, Schema schema) {
        RegistryClient registry = client;
        if (fixed.isPresent() || registry == null) {
            return fixed.orElseThrow();
        }
        Schema published = AvroModel.published(schema);
        Path file =
                folder == null
                        ? null
                        : folder.resolve(fingerprint(registry, subject, published) + ".json");
        try {
            int id =
                    autoRegister
                            ? registry.register(subject, published, false)
                            : registry.lookup(subject, published, false);
            keep(file, subject, id);
            return id;
        } catch (RegistryUnavailableException e) {
            OptionalInt kept = kept(file);
            if (kept.isEmpty()) {
                throw e;
            }
            LOG.warn(
                    "{} The schema id {} of an earlier start serves.",
                    e.getMessage(),
                    kept.getAsInt());
            return kept.getAsInt();
        }
    }

    /**
     * Names the file. The whole schema counts, not its parsing canonical form: registries give
     * another id to a schema with another default or doc. The addresses count because ids mean
     * nothing in another registry.
     */
    private static String fingerprint(RegistryClient registry, String subject, Schema schema) {
        String text = String.join(",", registry.addresses()) + '\n' + subject + '\n' + schema;
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    private static OptionalInt kept(@Nullable Path file) {
        if (file == null || !Files.exists(file)) {
            return OptionalInt.empty();
        }
        try {
            JsonNode id = JSON.readTree(Files.readAllBytes(file)).path("schemaId");
            return id.isInt() ? OptionalInt.of(id.intValue()) : OptionalInt.empty();
        } catch (IOException e) {
            LOG.warn("Cannot read the kept schema id in {}: {}", file, e.getMessage());
            return OptionalInt.empty();
        }
    }

    /** Written beside and then renamed, so that a crash leaves the old file or the new one. */
    private static void keep(@Nullable Path file, String subject, int id) {
        if (file == null || kept(file).equals(OptionalInt.of(id))) {
            return;
        }
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path temporary = Files.createTempFile(folder, "schema-id", ".tmp");
            Files.write(
                    temporary,
                    JSON.writeValueAsBytes(
                            JSON.createObjectNode().put("subject", subject).put("schemaId", id)));
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn(
                    "Cannot keep the schema id in {}: {}; the next start needs the registry.",
                    file,
                    e.getMessage());
        }
    }
}
