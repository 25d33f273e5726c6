package io.stream53.connect;

import io.stream53.fixtures.SearchNode;

class OpenSearchFailureTest extends EngineFailureContract {
    OpenSearchFailureTest() {
        super(SearchNode.Kind.OPENSEARCH);
    }
}
