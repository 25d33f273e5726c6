package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a panel shows nothing, so that the test of all panels can be trusted. */
class PanelQueryTest {
    private static final String FOUND =
            "\"_shards\":{\"failed\":0},\"hits\":{\"total\":{\"value\":2}}";

    @Test
    void showsSomethingWhereAGroupHasAFigure() throws Exception {
        assertThat(problem("{" + FOUND + ",\"aggregations\":" + groups(1, "7.5") + "}")).isEmpty();
        assertThat(problem("{" + FOUND + ",\"aggregations\":" + groups(1, "0") + "}")).isEmpty();
    }

    @Test
    void showsNothingWithoutDocumentsGroupsOrFigures() throws Exception {
        assertThat(problem("{\"_shards\":{\"failed\":0},\"hits\":{\"total\":{\"value\":0}}}"))
                .contains("no documents");
        assertThat(problem("{" + FOUND + ",\"aggregations\":{\"group0\":{\"buckets\":[]}}}"))
                .contains("nothing in");
        assertThat(problem("{" + FOUND + ",\"aggregations\":" + groups(1, "null") + "}"))
                .contains("nothing in");
        assertThat(problem("{" + FOUND + ",\"aggregations\":" + groups(0, "1") + "}"))
                .contains("nothing in");
    }

    @Test
    void failuresAreProblems() throws Exception {
        assertThat(problem("{\"error\":{\"type\":\"x\"},\"status\":400}")).contains("\"x\"");
        assertThat(problem("{\"_shards\":{\"failed\":1},\"hits\":{\"total\":{\"value\":2}}}"))
                .contains("failed");
    }

    @Test
    void knowsEachFieldThatItAsksFor() {
        assertThat(panel().fields())
                .containsExactly("@timestamp", "dns.status", "event.duration", "server.ip");
    }

    @Test
    void groupsOfBothLevelsHaveTheFigureThatOrdersThem() {
        JsonNode outer = panel().search().at("/aggs/group0/aggs");
        assertThat(outer.has("slowest")).isTrue();
        assertThat(outer.at("/group1/aggs").has("slowest")).isTrue();
    }

    private static String problem(String answer) throws Exception {
        return panel().problem(Aggregations.JSON.readTree(answer)).orElse("");
    }

    private static PanelQuery panel() {
        Aggregations aggregations = new Aggregations();
        aggregations.byValue("server.ip", 10, "slowest", null);
        aggregations.byTime("@timestamp");
        aggregations.figure("slowest", "max", "event.duration");
        ObjectNode search =
                aggregations.search(List.of(Aggregations.lucene("dns.status:UNANSWERED")));
        return new PanelQuery("panel", "dns-*", search);
    }

    private static String groups(int documents, String figure) {
        String inner =
                "{\"buckets\":[{\"doc_count\":%d,\"slowest\":{\"value\":%s}}]}"
                        .formatted(documents, figure);
        return "{\"group0\":{\"buckets\":[{\"doc_count\":%d,\"slowest\":{\"value\":%s},\"group1\":%s}]}}"
                .formatted(documents, figure, inner);
    }
}
