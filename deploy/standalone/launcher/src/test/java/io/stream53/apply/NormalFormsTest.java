package io.stream53.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers as the engines give them, and what was put. */
class NormalFormsTest {
    private static List<String> texts(List<Difference> differences) {
        return differences.stream().map(Difference::toString).toList();
    }

    @Test
    void anIndexTemplateAsElasticsearchAnswers() {
        JsonNode ours =
                Json.of(
                        """
                        {"index_patterns": ["dns-*"], "priority": 100, "version": 2,
                         "template": {"settings": {"number_of_shards": 1, "index": {"codec": "best_compression"}},
                                      "mappings": {"dynamic": "strict", "date_detection": false}}}""");
        JsonNode theirs =
                Json.of(
                        """
                        {"index_patterns": ["dns-*"], "priority": 100, "version": 2, "composed_of": [],
                         "ignore_missing_component_templates": [], "created_date_millis": 1, "modified_date_millis": 2,
                         "template": {"settings": {"index": {"number_of_shards": "1", "codec": "best_compression"}},
                                      "mappings": {"_doc": {"dynamic": "strict", "date_detection": false}}, "aliases": {}}}""");
        assertThat(Leaves.between(Templates.normal(theirs), Templates.normal(ours))).isEmpty();
    }

    @Test
    void aComponentTemplateWithoutAnything() {
        JsonNode ours = Json.of("{\"template\": {\"settings\": {\"index\": {}}}, \"version\": 1}");
        JsonNode theirs = Json.of("{\"template\": {\"settings\": {}}, \"version\": 1}");
        assertThat(Leaves.between(Templates.normal(theirs), Templates.normal(ours))).isEmpty();
    }

    @Test
    void anIlmPolicyAsElasticsearchAnswers() {
        String wanted =
                """
                {"policy": {"phases": {
                  "hot": {"actions": {"set_priority": {"priority": 100}}},
                  "delete": {"min_age": "%s", "actions": {"delete": {}}}}}}""";
        JsonNode found =
                Json.of(
                        """
                        {"version": 3, "modified_date": "2026-11-22T00:00:00.000Z", "in_use_by": {"indices": []},
                         "policy": {"phases": {
                           "hot": {"min_age": "0ms", "actions": {"set_priority": {"priority": 100}}},
                           "delete": {"min_age": "30d", "actions": {"delete": {"delete_searchable_snapshot": true}}}}}}""");
        assertThat(Policies.ilmDifferences(found, Json.of(wanted.formatted("30d")))).isEmpty();
        assertThat(texts(Policies.ilmDifferences(found, Json.of(wanted.formatted("7d")))))
                .containsExactly("phases.delete.min_age 30d -> 7d");
        assertThat(texts(Policies.ilmDifferences(found, Json.of("{\"policy\": {\"phases\": {}}}"))))
                .contains("phases.hot.actions.set_priority.priority 100 -> nothing");
    }

    @Test
    void anIsmPolicyAsOpenSearchAnswers() {
        String wanted =
                """
                {"policy": {"description": "d", "default_state": "hot",
                  "ism_template": [{"index_patterns": ["dns-*"], "priority": 100}],
                  "states": [
                    {"name": "hot", "actions": [], "transitions": [
                      {"state_name": "delete", "conditions": {"min_index_age": "%s"}}]},
                    {"name": "delete", "actions": [{"delete": {}}], "transitions": []}]}}""";
        JsonNode found =
                Json.of(
                        """
                        {"_id": "stream53", "_version": 1, "_seq_no": 7, "_primary_term": 1,
                         "policy": {"policy_id": "stream53", "description": "d", "last_updated_time": 1, "schema_version": 21,
                          "error_notification": null, "default_state": "hot",
                          "ism_template": [{"index_patterns": ["dns-*"], "priority": 100, "last_updated_time": 1}],
                          "states": [
                            {"name": "hot", "actions": [], "transitions": [
                              {"state_name": "delete", "conditions": {"min_index_age": "30d"}}]},
                            {"name": "delete", "actions": [{"retry": {"count": 3, "backoff": "exponential", "delay": "1m"},
                              "delete": {}}], "transitions": []}]}}""");
        assertThat(Policies.ismDifferences(found, Json.of(wanted.formatted("30d")))).isEmpty();
        assertThat(texts(Policies.ismDifferences(found, Json.of(wanted.formatted("7d")))))
                .containsExactly("states[0].transitions[0].conditions.min_index_age 30d -> 7d");
    }

    @Test
    void aSavedObjectWithJsonInItsText() {
        JsonNode ours =
                Json.of(
                        """
                        {"type": "dashboard", "id": "a", "attributes": {"title": "Overview", "panelsJSON": "[{\\"i\\": 1, \\"w\\": 24}]"},
                         "references": [{"name": "x", "type": "index-pattern", "id": "p"}, {"name": "y", "type": "lens", "id": "l"}]}""");
        JsonNode theirs =
                Json.of(
                        """
                        {"type": "dashboard", "id": "a", "version": "WzFd", "updated_at": "2026", "typeMigrationVersion": "10.3.0",
                         "attributes": {"title": "Overview", "panelsJSON": "[{\\"w\\":24,\\"i\\":1,\\"version\\":\\"9.0.0\\"}]"},
                         "references": [{"name": "y", "type": "lens", "id": "l"}, {"name": "x", "type": "index-pattern", "id": "p"}]}""");
        assertThat(Leaves.stated(Dashboards.content(theirs), Dashboards.content(ours))).isEmpty();
    }
}
