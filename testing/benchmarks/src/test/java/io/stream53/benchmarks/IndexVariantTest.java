package io.stream53.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class IndexVariantTest {
    private static final String DOCUMENT =
            """
            {"id": "a", "timestamp_us": 1, "related": {"hosts": ["x"]},
             "dns": {"answers": [{}], "authorities": [{}], "edns": {}, "status": "ANSWERED"}}
            """;

    @Test
    void theFirstIsTheTemplatesAsTheyAre() {
        IndexVariant first = IndexVariant.all().getFirst();
        ObjectNode index = DocumentsBench.index(first);
        assertThat(index.at("/settings/index/codec").asText()).isEqualTo("best_compression");
        assertThat(index.at("/mappings/properties/related/properties/ip/type").asText())
                .isEqualTo("ip");
        // The engine knows no lifecycle, and a replica would be counted twice.
        assertThat(index.at("/settings/index").has("lifecycle")).isFalse();
    }

    @Test
    void eachOtherChangesTheIndexOrTheDocuments() {
        ObjectNode base = DocumentsBench.index(IndexVariant.all().getFirst());
        assertThat(IndexVariant.all()).extracting(IndexVariant::name).doesNotHaveDuplicates();
        assertThat(IndexVariant.all().stream().skip(1))
                .allSatisfy(
                        variant -> {
                            ObjectNode document = DocumentsBench.parse(DOCUMENT);
                            variant.document().accept(document);
                            boolean same =
                                    DocumentsBench.index(variant).equals(base)
                                            && document.equals(DocumentsBench.parse(DOCUMENT));
                            assertThat(same).as(variant.name()).isFalse();
                        });
    }
}
