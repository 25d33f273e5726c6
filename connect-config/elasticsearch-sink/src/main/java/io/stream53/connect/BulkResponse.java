package io.stream53.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stream53.connect.BulkAnswer.Answered;
import io.stream53.connect.BulkAnswer.Busy;
import io.stream53.connect.BulkAnswer.Done;
import io.stream53.connect.BulkAnswer.Outcome;
import io.stream53.connect.BulkAnswer.Rejected;
import io.stream53.connect.BulkAnswer.TooLarge;
import io.stream53.connect.BulkAnswer.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;

/** Reads the engine's answer to a bulk request; pure. */
final class BulkResponse {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_REASON = 500;

    /** Errors with status 400 that are the index's or the cluster's, not the document's. */
    private static final Set<String> NOT_THE_DOCUMENT =
            Set.of(
                    "index_closed_exception",
                    "invalid_index_name_exception",
                    "validation_exception");

    private BulkResponse() {}

    /**
     * What an answer means.
     *
     * @param engine its URL, for messages
     * @param operations number of operations in the request
     * @throws ConnectException with one sentence, when sending again would not help: the
     *     credentials, the privileges, the URL or the cluster have to be changed first
     */
    static BulkAnswer read(int status, byte[] body, String engine, int operations) {
        if (status == 200) {
            return items(body, engine, operations);
        }
        String reason = status + " " + reason(body);
        if (status == 413) {
            return new TooLarge(reason);
        }
        if (passes(status, reason)) {
            return new Unavailable(reason);
        }
        throw fatal(status, reason, engine);
    }

    private static BulkAnswer items(byte[] body, String engine, int operations) {
        JsonNode items = parse(body).path("items");
        if (items.size() != operations) {
            return new Unavailable("200 with an answer that is not one of a bulk request");
        }
        List<Outcome> outcomes = new ArrayList<>(operations);
        for (JsonNode item : items) {
            outcomes.add(outcome(item.path(item.fieldNames().next()), engine));
        }
        return new Answered(outcomes);
    }

    private static Outcome outcome(JsonNode item, String engine) {
        int status = item.path("status").asInt();
        JsonNode error = item.path("error");
        // A delete of what is not there answers 404 without an error. A conflict says that a later
        // version is there already.
        if (status / 100 == 2 || status == 409 || (status == 404 && error.isMissingNode())) {
            return new Done();
        }
        String reason = status + " " + reason(error);
        if (passes(status, reason)) {
            return new Busy(reason);
        }
        if (status == 401 || status == 403 || status == 404 || isClusterFault(error)) {
            throw fatal(status, reason, engine);
        }
        return new Rejected(reason);
    }

    /** Whether an error goes away without anybody changing the request or its user's rights. */
    private static boolean passes(int status, String reason) {
        return status == 408 || status == 429 || status >= 500 || saysDiskIsFull(reason);
    }

    /**
     * Whether an index is read-only because the disk is nearly full (block 12). The engine lifts
     * the block when there is room. It answers with status 429; Elasticsearch before 7.9 with 403.
     */
    static boolean saysDiskIsFull(String reason) {
        return reason.contains("cluster_block_exception") && reason.contains("/12/");
    }

    private static boolean isClusterFault(JsonNode error) {
        // The limit of shards is reported as a bad request for the document that needs a new index.
        return NOT_THE_DOCUMENT.contains(error.path("type").asText())
                || error.path("reason").asText().contains("shards open");
    }

    private static ConnectException fatal(int status, String reason, String engine) {
        String what =
                switch (status) {
                    case 401 ->
                            "refuses the credentials; check connection.username and"
                                    + " connection.password, or api.key";
                    case 403 ->
                            "does not allow the write; give the user the privileges create_index"
                                    + " and index, or remove the block on the index";
                    case 404, 405 ->
                            "has no such index or bulk API; check connection.url and whether indices"
                                    + " are created automatically";
                    default -> "cannot index; mend what it reports, then restart the task";
                };
        return new ConnectException("The engine at " + engine + " " + what + ": " + reason + ".");
    }

    private static String reason(byte[] body) {
        JsonNode error = parse(body).path("error");
        return error.isMissingNode()
                ? cut(new String(body, StandardCharsets.UTF_8).strip())
                : reason(error);
    }

    private static String reason(JsonNode error) {
        if (error.isTextual()) {
            return cut(error.asText());
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode cause = error; cause.isObject(); cause = cause.path("caused_by")) {
            text.append(text.isEmpty() ? "" : ", caused by ")
                    .append(cause.path("type").asText())
                    .append(": ")
                    .append(cause.path("reason").asText());
        }
        return cut(text.toString());
    }

    private static String cut(String text) {
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "...";
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            return node == null ? JSON.missingNode() : node;
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }
}
