package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The policies against the keys that the engines' references document: the engines of the tests
 * have neither ILM nor ISM, so nothing here runs them.
 */
class LifecyclePoliciesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Elasticsearch 9, "Index lifecycle": which actions a phase may have. */
    private static final Map<String, Set<String>> ILM_ACTIONS =
            Map.of(
                    "hot",
                    Set.of(
                            "set_priority",
                            "unfollow",
                            "rollover",
                            "readonly",
                            "downsample",
                            "shrink",
                            "forcemerge",
                            "searchable_snapshot"),
                    "warm",
                    Set.of(
                            "set_priority",
                            "unfollow",
                            "readonly",
                            "downsample",
                            "allocate",
                            "migrate",
                            "shrink",
                            "forcemerge"),
                    "cold",
                    Set.of(
                            "set_priority",
                            "unfollow",
                            "readonly",
                            "downsample",
                            "searchable_snapshot",
                            "allocate",
                            "migrate"),
                    "frozen",
                    Set.of("unfollow", "searchable_snapshot"),
                    "delete",
                    Set.of("wait_for_snapshot", "delete"));

    /** OpenSearch 3, "ISM policies": supported operations. */
    private static final Set<String> ISM_ACTIONS =
            Set.of(
                    "force_merge",
                    "read_only",
                    "read_write",
                    "replica_count",
                    "shrink",
                    "close",
                    "open",
                    "delete",
                    "rollover",
                    "notification",
                    "snapshot",
                    "index_priority",
                    "allocation",
                    "rollup",
                    "transform",
                    "stop_replication",
                    "convert_index_to_remote",
                    "alias");

    /** What either engine calls an action after which an index takes no document. */
    private static final Set<String> BLOCKING =
            Set.of(
                    "readonly",
                    "read_only",
                    "forcemerge",
                    "force_merge",
                    "shrink",
                    "close",
                    "searchable_snapshot",
                    "downsample");

    private static JsonNode policy(String file) throws IOException {
        JsonNode body = JSON.readTree(ConnectFiles.lifecycle(file));
        assertThat(keys(body)).containsExactly("policy");
        return body.path("policy");
    }

    private static List<String> keys(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"elasticsearch-ilm", "elasticsearch-ilm-counts"})
    void ilmPoliciesHaveOnlyPhasesAndActionsThatAreDocumented(String file) throws IOException {
        JsonNode policy = policy(file);
        assertThat(keys(policy)).isSubsetOf("_meta", "phases");
        policy.path("phases")
                .properties()
                .forEach(
                        phase -> {
                            assertThat(ILM_ACTIONS).containsKey(phase.getKey());
                            assertThat(keys(phase.getValue())).isSubsetOf("min_age", "actions");
                            assertThat(phase.getValue().path("min_age").asText())
                                    .matches("\\d+(ms|d)");
                            assertThat(keys(phase.getValue().path("actions")))
                                    .isSubsetOf(ILM_ACTIONS.get(phase.getKey()))
                                    .doesNotContainAnyElementsOf(BLOCKING);
                        });
        assertThat(policy.at("/phases/delete/actions/delete").isObject()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"opensearch-ism", "opensearch-ism-counts"})
    void ismPoliciesHaveOnlyKeysAndOperationsThatAreDocumented(String file) throws IOException {
        JsonNode policy = policy(file);
        assertThat(keys(policy))
                .containsExactlyInAnyOrder(
                        "description", "default_state", "ism_template", "states");
        List<String> states = new ArrayList<>();
        for (JsonNode state : policy.path("states")) {
            assertThat(keys(state)).containsExactlyInAnyOrder("name", "actions", "transitions");
            states.add(state.path("name").asText());
            for (JsonNode action : state.path("actions")) {
                assertThat(keys(action))
                        .isSubsetOf(ISM_ACTIONS)
                        .doesNotContainAnyElementsOf(BLOCKING);
            }
        }
        assertThat(states).contains(policy.path("default_state").asText());
        for (JsonNode state : policy.path("states")) {
            for (JsonNode transition : state.path("transitions")) {
                assertThat(states).contains(transition.path("state_name").asText());
                assertThat(keys(transition.path("conditions"))).containsExactly("min_index_age");
            }
        }
    }

    @Test
    void eachIndexHasThePolicyOfTheSameAgeOnBothEngines() throws IOException {
        for (String index : ConnectFiles.INDEX_TEMPLATES) {
            String lifecycle =
                    StreamSupport.stream(
                                    JSON.readTree(ConnectFiles.indexTemplate(index))
                                            .path("composed_of")
                                            .spliterator(),
                                    false)
                            .map(JsonNode::asText)
                            .filter(part -> part.startsWith("stream53-lifecycle"))
                            .findFirst()
                            .orElseThrow();
            String name =
                    JSON.readTree(ConnectFiles.componentTemplate(lifecycle))
                            .at("/template/settings/index/lifecycle/name")
                            .asText();
            String suffix = Objects.requireNonNull(FILES.get(name));
            String age = policy("elasticsearch-ilm" + suffix).at("/phases/delete/min_age").asText();
            assertThat(age).isEqualTo(index.equals("dns-enriched") ? "30d" : "400d");
            JsonNode ism = policy("opensearch-ism" + suffix);
            assertThat(ism.path("states").toString())
                    .contains(
                            "\"state_name\":\"delete\",\"conditions\":{\"min_index_age\":\"" + age);
            assertThat(ism.at("/ism_template/0/index_patterns").toString())
                    .contains("\"" + index + "-*\"");
        }
    }

    /** Names of the policies to the end of their files' names. */
    private static final Map<String, String> FILES =
            Map.of("stream53", "", "stream53-counts", "-counts");
}
