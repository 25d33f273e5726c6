package io.stream53.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.apply.Server.Answer;
import io.stream53.connect.ConnectFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The policies that age and delete indices: of ILM in Elasticsearch, of ISM in OpenSearch. What
 * follows {@code elasticsearch-ilm} or {@code opensearch-ism} in a file's name follows {@code
 * stream53} in its policy's.
 */
final class Policies {
    private static final String KIND = "lifecycle policy";
    private static final String NAME = "stream53";

    /** What Elasticsearch adds to a policy by itself. */
    private static final Pattern DEFAULTS =
            Pattern.compile(
                    "(.*\\.)?(min_age|delete_searchable_snapshot|allow_write_after_shrink|deprecated)");

    private final Server server;
    private final Engine engine;

    Policies(Server server, Engine engine) {
        this.server = server;
        this.engine = engine;
    }

    private String files() {
        return engine == Engine.ELASTICSEARCH ? "elasticsearch-ilm" : "opensearch-ism";
    }

    private String path(String name) {
        return (engine == Engine.ELASTICSEARCH ? "/_ilm/policy/" : "/_plugins/_ism/policies/")
                + name;
    }

    /** Whether this is an Elasticsearch that ages indices by ILM. */
    boolean hasIlm() {
        return engine == Engine.ELASTICSEARCH && !isMissing(server.get(path(NAME)));
    }

    /** Engines without the feature, such as Elastic's serverless one, do not know its paths. */
    private static boolean isMissing(Answer answer) {
        String reason = Server.reason(answer);
        return switch (answer.status()) {
            case 405, 410 -> true;
            case 400, 404 ->
                    reason.contains("no handler found") || reason.contains("not available");
            default -> false;
        };
    }

    List<Change> apply(boolean dryRun) {
        List<Change> changes = new ArrayList<>();
        for (String file : ConnectFiles.lifecycles()) {
            if (file.startsWith(files())) {
                String name = NAME + file.substring(files().length());
                changes.add(apply(name, Json.of(ConnectFiles.lifecycle(file)), dryRun));
            }
        }
        return changes;
    }

    private Change apply(String name, JsonNode wanted, boolean dryRun) {
        Answer found = server.get(path(name));
        if (isMissing(found)) {
            return new Change(
                    KIND,
                    name,
                    new Change.Skipped(
                            "this engine has no %s, so nothing deletes old indices unless you do"
                                    .formatted(engine == Engine.ELASTICSEARCH ? "ILM" : "ISM")));
        }
        if (found.status() == 404) {
            send(path(name), name, wanted, dryRun);
            return new Change(KIND, name, new Change.Created());
        }
        server.accepted(found, "show the policy " + name, engine.privilegeForPolicies());
        List<Difference> differences =
                engine == Engine.ELASTICSEARCH
                        ? ilmDifferences(found.json().path(name), wanted)
                        : ismDifferences(found.json(), wanted);
        if (!differences.isEmpty()) {
            send(path(name) + ofVersion(found.json()), name, wanted, dryRun);
        }
        return new Change(KIND, name, Change.of(differences));
    }

    /** OpenSearch replaces a policy only by its version. */
    private String ofVersion(JsonNode found) {
        return engine == Engine.ELASTICSEARCH
                ? ""
                : "?if_seq_no=%d&if_primary_term=%d"
                        .formatted(
                                found.path("_seq_no").asLong(),
                                found.path("_primary_term").asLong());
    }

    private void send(String path, String name, JsonNode wanted, boolean dryRun) {
        if (!dryRun) {
            server.accepted(
                    server.put(path, wanted),
                    "take the policy " + name,
                    engine.privilegeForPolicies());
        }
    }

    /** Elasticsearch adds defaults, and only these. */
    static List<Difference> ilmDifferences(JsonNode found, JsonNode wanted) {
        return Leaves.between(found.path("policy"), wanted.path("policy")).stream()
                .filter(d -> !d.isRemoval() || !DEFAULTS.matcher(d.path()).matches())
                .toList();
    }

    /**
     * OpenSearch adds retries to each action, times, and its own description of who wrote it; lists
     * are compared by their lengths too.
     */
    static List<Difference> ismDifferences(JsonNode found, JsonNode wanted) {
        return Leaves.stated(listed(found.path("policy")), listed(wanted.path("policy")));
    }

    /** An ism_template may be given without a list. */
    private static JsonNode listed(JsonNode policy) {
        if (policy.deepCopy() instanceof ObjectNode copy && copy.path("ism_template").isObject()) {
            JsonNode one = copy.path("ism_template");
            copy.putArray("ism_template").add(one);
            return copy;
        }
        return policy;
    }
}
