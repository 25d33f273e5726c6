package io.stream53.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.apply.Server.Answer;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import io.stream53.serde.RegistryClient;
import io.stream53.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * The subjects of the registry. Whether a schema fits all earlier versions is decided here, by
 * Avro's rules, so that a registry with a weaker rule takes no schema that readers could not read,
 * and a dry run knows as much as a real one.
 */
final class Schemas {
    private static final String PRIVILEGE = "write access to the subjects dns.*";

    private enum Rule {
        /** New readers read what all before wrote. */
        BACKWARD_TRANSITIVE,
        /** And all before read what is written now. */
        FULL_TRANSITIVE
    }

    private record Subject(String name, Schema schema, Rule rule) {
        static Subject of(String topic, Schema schema, Rule rule) {
            return new Subject(topic + "-value", RegistryClient.published(schema), rule);
        }
    }

    private static final List<Subject> SUBJECTS =
            List.of(
                    Subject.of(Topics.RAW, DnsPacket.getClassSchema(), Rule.BACKWARD_TRANSITIVE),
                    Subject.of(
                            Topics.ENRICHED, DnsTransaction.getClassSchema(), Rule.FULL_TRANSITIVE),
                    Subject.of(Topics.TLD_COUNTS, TldCount.getClassSchema(), Rule.FULL_TRANSITIVE),
                    Subject.of(Topics.ALERTS, DnsAlert.getClassSchema(), Rule.FULL_TRANSITIVE),
                    Subject.of(Topics.LEDGER, NodeLedger.getClassSchema(), Rule.FULL_TRANSITIVE));

    private final Server registry;

    Schemas(Server registry) {
        this.registry = registry;
    }

    /** Fails where something else answers. */
    void check() {
        Answer answer = registry.get("/subjects");
        if (answer.status() == 401 || answer.status() == 403) {
            throw registry.refused(answer, "list its subjects", "read access to them");
        }
        if (!answer.isSuccess() || !answer.json().isArray()) {
            throw registry.wrongKind(answer, "schema registry with Confluent's API");
        }
    }

    List<Change> apply(boolean dryRun) {
        List<Change> changes = new ArrayList<>();
        for (Subject subject : SUBJECTS) {
            Change change = compare(subject);
            if (change.isNeeded() && !dryRun) {
                send(subject);
            }
            changes.add(change);
        }
        return changes;
    }

    private Change compare(Subject subject) {
        List<Version> versions = versions(subject);
        if (versions.isEmpty()) {
            return new Change("schema", subject.name(), new Change.Created());
        }
        List<Difference> differences = new ArrayList<>();
        if (versions.stream().noneMatch(version -> isSame(version, subject))) {
            versions.forEach(version -> checkFits(subject, version));
            differences.add(
                    new Difference(
                            "version", Integer.toString(versions.getLast().number()), "a new one"));
        }
        String level = level(subject);
        if (!level.equals(subject.rule().name())) {
            differences.add(new Difference("compatibility", level, subject.rule().name()));
        }
        return new Change("schema", subject.name(), Change.of(differences));
    }

    /** Docs and all: what differs in the least is another version for the registry. */
    private static boolean isSame(Version version, Subject subject) {
        return version.schema().toString().equals(subject.schema().toString());
    }

    private record Version(int number, Schema schema) {}

    private List<Version> versions(Subject subject) {
        String path = "/subjects/" + subject.name() + "/versions";
        Answer numbers = registry.get(path);
        if (numbers.status() == 404) {
            return List.of();
        }
        registry.accepted(numbers, "list versions of " + subject.name(), PRIVILEGE);
        List<Version> versions = new ArrayList<>();
        for (JsonNode number : numbers.json()) {
            Answer answer =
                    registry.accepted(
                            registry.get(path + "/" + number.asInt()),
                            "give version %s of %s".formatted(number, subject.name()),
                            PRIVILEGE);
            versions.add(new Version(number.asInt(), parse(answer, subject, number.asInt())));
        }
        return versions;
    }

    private Schema parse(Answer answer, Subject subject, int number) {
        try {
            return new Schema.Parser()
                    .setValidateDefaults(false)
                    .parse(answer.json().path("schema").asText());
        } catch (AvroRuntimeException e) {
            throw new ApplyError(
                    ("Version %d of the subject %s is no Avro schema of stream53's: it belongs to"
                                    + " somebody else; use another registry, or another context"
                                    + " of it.")
                            .formatted(number, subject.name()));
        }
    }

    private static void checkFits(Subject subject, Version version) {
        checkReads(subject, version, subject.schema(), version.schema());
        if (subject.rule() == Rule.FULL_TRANSITIVE) {
            checkReads(subject, version, version.schema(), subject.schema());
        }
    }

    private static void checkReads(Subject subject, Version version, Schema reader, Schema writer) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
        if (result.getCompatibility() != SchemaCompatibilityType.COMPATIBLE) {
            Incompatibility first = result.getIncompatibilities().getFirst();
            throw new ApplyError(
                    ("The subject %s has a version %d that this schema is not compatible with"
                                    + " (%s; %s at %s: %s): use the stream53 that wrote it, or"
                                    + " another registry.")
                            .formatted(
                                    subject.name(),
                                    version.number(),
                                    subject.rule(),
                                    first.getType(),
                                    first.getLocation(),
                                    first.getMessage()));
        }
    }

    /** The subject's own rule; a text that is none where it has none. */
    private String level(Subject subject) {
        Answer answer = registry.get("/config/" + subject.name());
        if (answer.status() == 404) {
            return "the registry's";
        }
        registry.accepted(answer, "tell the rule of " + subject.name(), PRIVILEGE);
        return answer.json().path("compatibilityLevel").asText("the registry's");
    }

    private void send(Subject subject) {
        ObjectNode schema = Server.JSON.createObjectNode();
        schema.put("schema", subject.schema().toString());
        registry.accepted(
                registry.post("/subjects/" + subject.name() + "/versions", schema),
                "register the schema of " + subject.name(),
                PRIVILEGE);
        // Some registries know a rule only of subjects that exist.
        ObjectNode rule = Server.JSON.createObjectNode();
        rule.put("compatibility", subject.rule().name());
        registry.accepted(
                registry.put("/config/" + subject.name(), rule),
                "set the rule of " + subject.name(),
                PRIVILEGE);
    }
}
