package io.stream53.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stream53.apply.Server.Answer;
import io.stream53.connect.ConnectFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sink in Kafka Connect. Settings that the running connector has and neither the file nor the
 * user names stay; an empty value takes one away.
 */
final class Connector {
    private static final String KIND = "connector";
    private static final String PRIVILEGE = "the right to change connectors";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z_]+)}");
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(password|secret|token|api[._]key|user\\.info|jaas).*");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration STALE = Duration.ofSeconds(10);
    private static final long POLL_MS = 200;

    private final Server connect;
    private final String name;
    private final JsonNode file;
    private final Map<String, String> addresses;
    private final Map<String, String> settings;
    private final Runnable meanwhile;

    /**
     * @param file of {@code connectors/}, without its ending
     * @param addresses by placeholder
     * @param settings of the user's, over the file's
     * @param meanwhile runs again and again while waiting
     */
    Connector(
            Server connect,
            String file,
            Map<String, String> addresses,
            Map<String, String> settings,
            Runnable meanwhile) {
        this.connect = connect;
        this.file = Json.of(ConnectFiles.connector(file));
        this.name = this.file.path("name").asText();
        this.addresses = addresses;
        this.settings = settings;
        this.meanwhile = meanwhile;
    }

    /** Whether a setting's value must not be shown. */
    static boolean isSecret(String setting) {
        return SECRET.matcher(setting).matches();
    }

    /** Fails where something else answers, or an address for the connector is not known. */
    void check() {
        wanted(Server.JSON.createObjectNode());
        Answer answer = connect.get("/");
        if (answer.status() == 401 || answer.status() == 403) {
            throw connect.refused(answer, "tell what it is", "access to it");
        }
        if (!answer.json().has("kafka_cluster_id")) {
            throw connect.wrongKind(answer, "Kafka Connect worker");
        }
    }

    List<Change> apply(boolean dryRun) {
        Answer found = connect.get(path("/config"));
        if (found.status() != 404) {
            connect.accepted(found, "show the connector " + name, "the right to see connectors");
        }
        JsonNode before = found.status() == 404 ? Server.JSON.createObjectNode() : found.json();
        ObjectNode wanted = wanted(before);
        Change change = new Change(KIND, name, result(found, before, wanted));
        if (change.isNeeded()) {
            validate(wanted);
        }
        if (dryRun) {
            return List.of(change);
        }
        Set<String> old = failures(status());
        if (change.isNeeded()) {
            awaitAccepted(wanted);
            awaitRunning(old);
        } else if (change.result() instanceof Change.Restarted) {
            connect.accepted(
                    connect.post(path("/restart?includeTasks=true&onlyFailed=true"), null),
                    "restart the connector " + name,
                    PRIVILEGE);
            awaitRunning(old);
        } else {
            awaitRunning(Set.of());
        }
        return List.of(change);
    }

    private String path(String rest) {
        return "/connectors/" + name + rest;
    }

    private Change.Result result(Answer found, JsonNode before, JsonNode wanted) {
        if (found.status() == 404) {
            return new Change.Created();
        }
        List<Difference> differences = new ArrayList<>();
        for (Difference difference : Leaves.between(before, wanted)) {
            differences.add(isSecret(difference.path()) ? difference.masked() : difference);
        }
        return differences.isEmpty() && !failures(status()).isEmpty()
                ? new Change.Restarted()
                : Change.of(differences);
    }

    private ObjectNode wanted(JsonNode before) {
        ObjectNode wanted = before.deepCopy();
        file.path("config")
                .properties()
                .forEach(field -> wanted.put(field.getKey(), field.getValue().asText()));
        settings.forEach(wanted::put);
        wanted.put("name", name);
        wanted.properties().removeIf(field -> field.getValue().asText().isEmpty());
        wanted.properties().forEach(field -> wanted.put(field.getKey(), filled(field.getValue())));
        return wanted;
    }

    private String filled(JsonNode value) {
        Matcher matcher = PLACEHOLDER.matcher(value.asText());
        return matcher.replaceAll(
                match -> {
                    String address = addresses.get(match.group(1));
                    if (address == null) {
                        throw ApplyError.usage(
                                "The connector needs the addresses of the engine and the registry:"
                                        + " give --url and --registry too.");
                    }
                    return Matcher.quoteReplacement(address);
                });
    }

    /** Connect names every setting that is wrong, which it does not when it is just told. */
    private void validate(JsonNode wanted) {
        String plugin = wanted.path("connector.class").asText();
        Answer answer =
                connect.put("/connector-plugins/%s/config/validate".formatted(plugin), wanted);
        if (!answer.isSuccess() && Server.reason(answer).contains("ailed to find any class")) {
            throw new ApplyError(
                    ("%s has no plugin %s: put it below plugin.path of each worker and start the"
                                    + " workers again.")
                            .formatted(answer.from(), plugin));
        }
        connect.accepted(answer, "check the connector's settings", PRIVILEGE);
        List<String> errors = new ArrayList<>();
        for (JsonNode config : answer.json().path("configs")) {
            for (JsonNode error : config.path("value").path("errors")) {
                errors.add(config.path("value").path("name").asText() + ": " + error.asText());
            }
        }
        if (!errors.isEmpty()) {
            throw new ApplyError(
                    "The connector's settings are wrong; "
                            + String.join(" ", new java.util.LinkedHashSet<>(errors)));
        }
    }

    /** A worker that is rebalancing answers 409 for a moment. */
    private void awaitAccepted(JsonNode wanted) {
        Answer[] answer = new Answer[1];
        await(
                "to accept its settings",
                () -> {
                    answer[0] = connect.put(path("/config"), wanted);
                    return answer[0].status() != 409;
                });
        connect.accepted(answer[0], "take the connector " + name, PRIVILEGE);
    }

    private JsonNode status() {
        Answer answer = connect.get(path("/status"));
        return answer.isSuccess() ? answer.json() : Server.JSON.createObjectNode();
    }

    /** What is said of failures: one text for each. */
    private static Set<String> failures(JsonNode status) {
        Set<String> failures = new HashSet<>();
        List<JsonNode> all = new ArrayList<>(List.of(status.path("connector")));
        status.path("tasks").forEach(all::add);
        for (JsonNode one : all) {
            if (one.path("state").asText().equals("FAILED")) {
                failures.add(one.path("trace").asText());
            }
        }
        return failures;
    }

    private static boolean isRunning(JsonNode status) {
        boolean running = status.path("connector").path("state").asText().equals("RUNNING");
        for (JsonNode task : status.path("tasks")) {
            running &= task.path("state").asText().equals("RUNNING");
        }
        return running && !status.path("tasks").isEmpty();
    }

    /**
     * Returns when the connector and all its tasks run.
     *
     * @param old failures that may still be told for a moment
     */
    private void awaitRunning(Set<String> old) {
        long fresh = System.nanoTime() + STALE.toNanos();
        await(
                "to run",
                () -> {
                    JsonNode status = status();
                    for (String failure : failures(status)) {
                        if (!old.contains(failure) || System.nanoTime() > fresh) {
                            throw new ApplyError(failed(failure));
                        }
                    }
                    String state = status.path("connector").path("state").asText();
                    if (state.equals("PAUSED") || state.equals("STOPPED")) {
                        throw new ApplyError(
                                "The connector %s is %s: resume it with PUT %s."
                                        .formatted(
                                                name,
                                                state.toLowerCase(java.util.Locale.ROOT),
                                                path("/resume")));
                    }
                    return isRunning(status);
                });
    }

    /** The innermost cause says what is wrong; the outer ones that a task failed. */
    private String failed(String trace) {
        String cause =
                trace.lines()
                        .filter(line -> line.startsWith("Caused by: "))
                        .reduce((_, last) -> last)
                        .orElse(trace.lines().findFirst().orElse("no reason given"));
        return "The connector %s failed: %s"
                .formatted(
                        name,
                        cause.replaceFirst("^Caused by: ", "").replaceFirst("^[\\w.$]+: ", ""));
    }

    private void await(String what, BooleanSupplier done) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!done.getAsBoolean()) {
            meanwhile.run();
            if (System.nanoTime() > deadline) {
                throw new ApplyError(
                        "The connector %s has taken more than %d s %s: see the worker's log."
                                .formatted(name, LIMIT.toSeconds(), what));
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ApplyError("The wait for the connector was interrupted.");
            }
        }
    }
}
