package io.stream53.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * A client of a registry with Confluent's REST dialect, for Avro schemas. What it learned it keeps
 * in bounded caches; ids never change, so they never expire. For any thread; close it when done.
 *
 * <p>Every method throws {@link RegistryUnavailableException} when the registry does not answer and
 * {@link RegistryRefusedException} when it says no. No message holds a password or token.
 */
public final class RegistryClient implements AutoCloseable {
    /** A schema as a subject has it. */
    public record Registered(int id, int version, Schema schema) {}

    private record SubjectSchema(String subject, Schema schema) {}

    private record Latest(Registered registered, long readNanos) {}

    private static final int MISSING_ID = 40403;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<RegistryConfig, Shared> SHARED = new HashMap<>();

    private static final class Shared {
        final RegistryClient client;
        int users;

        Shared(RegistryClient client) {
            this.client = client;
        }
    }

    private final RegistryConfig config;
    private final RegistryHttp http;
    private final LongSupplier nanoClock;
    private final BoundedCache<Integer, Schema> schemas;
    private final BoundedCache<SubjectSchema, Integer> ids;
    private final BoundedCache<Integer, Long> missingSince;
    private final BoundedCache<String, Latest> latest;

    /**
     * A client of its own, configured with Confluent's keys ({@code schema.registry.url} and
     * others).
     */
    public RegistryClient(Map<String, ?> configs) {
        this(RegistryConfig.from(configs), Thread::sleep, System::nanoTime);
    }

    RegistryClient(RegistryConfig config, RegistryHttp.Pause pause, LongSupplier nanoClock) {
        this.config = config;
        this.nanoClock = nanoClock;
        http = new RegistryHttp(config, pause);
        schemas = new BoundedCache<>(config.cacheSize());
        ids = new BoundedCache<>(config.cacheSize());
        missingSince = new BoundedCache<>(config.missingCacheSize());
        latest = new BoundedCache<>(config.cacheSize());
    }

    /**
     * The client that everyone with the same settings in this JVM shares: Kafka Streams makes many
     * serializers, and each client has connections and a thread. Give it back with {@link
     * #release}.
     */
    static RegistryClient acquire(Map<String, ?> configs) {
        RegistryConfig config = RegistryConfig.from(configs);
        synchronized (SHARED) {
            Shared shared =
                    SHARED.computeIfAbsent(
                            config,
                            c ->
                                    new Shared(
                                            new RegistryClient(
                                                    c, Thread::sleep, System::nanoTime)));
            shared.users++;
            return shared.client;
        }
    }

    /** Closes a client from {@link #acquire} when nobody else uses it. */
    void release() {
        synchronized (SHARED) {
            Shared shared = SHARED.get(config);
            if (shared == null || shared.client != this) {
                close();
                return;
            }
            shared.users--;
            if (shared.users > 0) {
                return;
            }
            SHARED.remove(config);
        }
        close();
    }

    /** The schema as serializers register it: without the notes for Java of generated classes. */
    public static Schema published(Schema schema) {
        return AvroModel.published(schema);
    }

    /** Id of the schema, registered under the subject when it is not yet. */
    public int register(String subject, Schema schema, boolean normalize) {
        return id("/subjects/" + encode(subject) + "/versions", subject, schema, normalize);
    }

    /** Id of the schema that is registered under the subject already. */
    public int lookup(String subject, Schema schema, boolean normalize) {
        return id("/subjects/" + encode(subject), subject, schema, normalize);
    }

    private int id(String path, String subject, Schema schema, boolean normalize) {
        SubjectSchema key = new SubjectSchema(subject, schema);
        Integer known = ids.get(key);
        if (known != null) {
            return known;
        }
        JsonNode answer = http.send(path + (normalize ? "?normalize=true" : ""), body(schema));
        JsonNode id = answer.path("id");
        if (!id.canConvertToInt() || !id.isNumber()) {
            throw new RegistryRefusedException(
                    "The schema registry " + config + " answered without an id to " + path,
                    200,
                    200);
        }
        ids.put(key, id.intValue());
        missingSince.remove(id.intValue());
        return id.intValue();
    }

    /**
     * Schema of an id.
     *
     * @param subject helps registries with several contexts; null when unknown
     * @throws SerializationException when the id's schema is not Avro
     */
    public Schema schema(int id, @Nullable String subject) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        rejectMissing(id);
        String path = "/schemas/ids/" + id + "?fetchMaxId=false";
        try {
            JsonNode answer =
                    http.send(subject == null ? path : path + "&subject=" + encode(subject), null);
            Schema schema = parse(answer);
            schemas.put(id, schema);
            return schema;
        } catch (RegistryRefusedException e) {
            if (e.isNotFound()) {
                missingSince.put(id, nanoClock.getAsLong());
            }
            throw e;
        }
    }

    private void rejectMissing(int id) {
        Long since = missingSince.get(id);
        if (since == null) {
            return;
        }
        if (nanoClock.getAsLong() - since < config.missingIdTtl().toNanos()) {
            throw new RegistryRefusedException(
                    "The schema registry "
                            + config
                            + " did not know schema id "
                            + id
                            + " a moment ago.",
                    404,
                    MISSING_ID);
        }
        missingSince.remove(id);
    }

    /** The newest schema of a subject, as old as {@code latest.cache.ttl.sec} allows. */
    public Registered latest(String subject) {
        Latest known = latest.get(subject);
        boolean fresh =
                known != null
                        && (config.latestTtl().isNegative()
                                || nanoClock.getAsLong() - known.readNanos()
                                        < config.latestTtl().toNanos());
        if (known != null && fresh) {
            return known.registered();
        }
        JsonNode answer = http.send("/subjects/" + encode(subject) + "/versions/latest", null);
        Registered registered =
                new Registered(
                        answer.path("id").asInt(), answer.path("version").asInt(), parse(answer));
        latest.put(subject, new Latest(registered, nanoClock.getAsLong()));
        return registered;
    }

    /** Whether the schema may follow the subject's newest; true when there is none. */
    public boolean isCompatible(String subject, Schema schema) {
        String path = "/compatibility/subjects/" + encode(subject) + "/versions/latest";
        try {
            return http.send(path, body(schema)).path("is_compatible").asBoolean();
        } catch (RegistryRefusedException e) {
            if (e.isNotFound()) {
                return true;
            }
            throw e;
        }
    }

    /** The registries' addresses, without secrets. */
    List<String> addresses() {
        return config.endpoints().stream().map(Object::toString).toList();
    }

    @Override
    public void close() {
        http.close();
    }

    private static JsonNode body(Schema schema) {
        return JSON.createObjectNode().put("schema", schema.toString());
    }

    private Schema parse(JsonNode answer) {
        String type = answer.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new SerializationException("The schema is of type " + type + ", not AVRO.");
        }
        // The registry accepted it; what an older Avro let pass must not stop us.
        Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
        try {
            parseReferences(answer, parser, new HashSet<>());
            return parser.parse(answer.path("schema").asText());
        } catch (AvroRuntimeException e) {
            throw new SerializationException(
                    "The registry's schema cannot be read: " + e.getMessage(), e);
        }
    }

    private void parseReferences(JsonNode answer, Schema.Parser parser, Set<String> seen) {
        for (JsonNode reference : answer.path("references")) {
            if (seen.add(reference.path("name").asText())) {
                JsonNode referenced =
                        http.send(
                                "/subjects/"
                                        + encode(reference.path("subject").asText())
                                        + "/versions/"
                                        + reference.path("version").asInt(),
                                null);
                parseReferences(referenced, parser, seen);
                parser.parse(referenced.path("schema").asText());
            }
        }
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
