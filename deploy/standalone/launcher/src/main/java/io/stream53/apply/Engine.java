package io.stream53.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.apply.Server.Answer;

/** Which of the two engines, found out by asking. */
enum Engine {
    ELASTICSEARCH(
            "the cluster privileges monitor and manage_index_templates",
            "the cluster privilege manage_ilm"),
    OPENSEARCH(
            "the cluster permissions cluster_monitor and cluster_manage_index_templates",
            "the cluster permission cluster:admin/opendistro/ism/*");

    private final String forTemplates;
    private final String forPolicies;

    Engine(String forTemplates, String forPolicies) {
        this.forTemplates = forTemplates;
        this.forPolicies = forPolicies;
    }

    String privilegeForTemplates() {
        return forTemplates;
    }

    String privilegeForPolicies() {
        return forPolicies;
    }

    /**
     * Elasticsearch says in a header of every answer what it is, since 7.14; older ones and
     * OpenSearch say it at the root.
     */
    static Engine of(Server server) {
        Answer answer = server.get("/");
        if (answer.header("x-elastic-product").equals("Elasticsearch") && answer.status() != 401) {
            return ELASTICSEARCH;
        }
        if (answer.status() == 401 || answer.status() == 403) {
            throw server.refused(
                    answer,
                    "ask what it is",
                    "the cluster privilege monitor (permission cluster_monitor of OpenSearch)");
        }
        JsonNode root = answer.json();
        String tagline = root.path("tagline").asText();
        if (root.path("version").path("distribution").asText().equals("opensearch")
                || tagline.contains("OpenSearch")) {
            return OPENSEARCH;
        }
        if (tagline.equals("You Know, for Search")) {
            return ELASTICSEARCH;
        }
        throw server.wrongKind(answer, "Elasticsearch or OpenSearch");
    }
}
