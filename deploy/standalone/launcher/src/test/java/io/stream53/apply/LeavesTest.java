package io.stream53.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LeavesTest {
    private static List<String> between(String before, String after) {
        return Leaves.between(Json.of(before), Json.of(after)).stream()
                .map(Difference::toString)
                .toList();
    }

    @Test
    void namesEachValueThatDiffers() {
        assertThat(between("{\"a\": {\"b\": 1, \"c\": 2}}", "{\"a\": {\"b\": 3}, \"d\": [1, 2]}"))
                .containsExactly("a.b 1 -> 3", "a.c 2 -> nothing", "d nothing -> [1, 2]");
    }

    @Test
    void textsOfNumbersAndDottedNamesAreTheSame() {
        assertThat(
                        between(
                                "{\"index.codec\": \"x\", \"index\": {\"shards\": \"1\"}}",
                                "{\"index\": {\"codec\": \"x\", \"shards\": 1}}"))
                .isEmpty();
    }

    @Test
    void listsOfObjectsHaveALength() {
        assertThat(between("{\"l\": [{\"a\": 1}, {\"a\": 2}]}", "{\"l\": [{\"a\": 1}]}"))
                .containsExactly("l.length 2 -> 1", "l[1].a 2 -> nothing");
    }

    @Test
    void anEmptyObjectIsAValueUnlessTheOtherFillsIt() {
        assertThat(between("{}", "{\"delete\": {}}")).containsExactly("delete nothing -> {}");
        assertThat(
                        Leaves.stated(
                                Json.of("{\"delete\": {\"default\": true}}"),
                                Json.of("{\"delete\": {}}")))
                .isEmpty();
    }
}
