package io.stream53.standalone.search;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.geo.GeoModulePlugin;
import org.opensearch.index.mapper.MapperExtrasModulePlugin;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.ingest.common.IngestCommonModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * An OpenSearch node whose modules come from the classpath instead of an installation's folders.
 */
final class EmbeddedNode extends Node {
    private static final List<Class<? extends Plugin>> MODULES =
            List.of(
                    Netty4ModulePlugin.class,
                    CommonAnalysisModulePlugin.class,
                    GeoModulePlugin.class,
                    MapperExtrasModulePlugin.class,
                    ReindexModulePlugin.class,
                    IngestCommonModulePlugin.class,
                    PainlessModulePlugin.class);

    EmbeddedNode(Settings settings, Path config, String name) {
        super(
                InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), config, () -> name),
                modules(),
                true);
    }

    private static Collection<PluginInfo> modules() {
        return MODULES.stream().map(EmbeddedNode::module).toList();
    }

    private static PluginInfo module(Class<? extends Plugin> type) {
        return new PluginInfo(
                type.getName(),
                "from the classpath",
                "1",
                Version.CURRENT,
                "21",
                type.getName(),
                null,
                List.of(),
                false);
    }

    /** The listener sets ids in a log pattern that this process does not use, and only once. */
    @Override
    protected void configureNodeAndClusterIdStateListener(ClusterService clusterService) {}
}
