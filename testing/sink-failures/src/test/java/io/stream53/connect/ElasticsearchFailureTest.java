package io.stream53.connect;

import io.stream53.fixtures.SearchNode;

class ElasticsearchFailureTest extends EngineFailureContract {
    ElasticsearchFailureTest() {
        super(SearchNode.Kind.ELASTICSEARCH);
    }
}
