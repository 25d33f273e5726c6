package org.elasticsearch.node;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;

/**
 * Answers {@code GET /}, by which clients recognize an engine: the module that does it in an
 * installation is not on Maven Central.
 */
public final class RootModule extends Plugin implements ActionPlugin {
    @Override
    public List<RestHandler> getRestHandlers(
            RestHandlersServices services,
            Supplier<DiscoveryNodes> nodes,
            Predicate<NodeFeature> features) {
        String name = services.settings().get("cluster.name", "elasticsearch");
        return List.of(new Root(name));
    }

    private static final class Root extends BaseRestHandler {
        private final String cluster;

        Root(String cluster) {
            this.cluster = cluster;
        }

        @Override
        public String getName() {
            return "root";
        }

        @Override
        public List<Route> routes() {
            return List.of(
                    new Route(RestRequest.Method.GET, "/"),
                    new Route(RestRequest.Method.HEAD, "/"));
        }

        @Override
        protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
            String body =
                    """
                    {"name": "stream53-test", "cluster_name": "%s",
                     "version": {"number": "%s", "build_flavor": "default"},
                     "tagline": "You Know, for Search"}
                    """
                            .formatted(cluster, Build.current().version());
            return channel ->
                    channel.sendResponse(new RestResponse(RestStatus.OK, "application/json", body));
        }
    }
}
