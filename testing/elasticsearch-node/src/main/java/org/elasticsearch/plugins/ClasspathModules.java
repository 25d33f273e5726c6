package org.elasticsearch.plugins;

import java.util.ArrayList;
import java.util.List;
import org.elasticsearch.Build;
import org.elasticsearch.action.admin.cluster.node.info.PluginsAndModules;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;

/**
 * Modules of Elasticsearch that come from the classpath instead of an installation's folders. It
 * has to be in this package, which keeps to itself how a module is loaded.
 */
public final class ClasspathModules extends PluginsService {
    private final List<LoadedPlugin> modules = new ArrayList<>();

    /** Loads modules by class; none is looked for elsewhere. */
    public ClasspathModules(
            Settings settings,
            Environment environment,
            PluginsLoader loader,
            List<Class<? extends Plugin>> types) {
        super(settings, environment.configDir(), loader);
        for (Class<? extends Plugin> type : types) {
            Plugin module = loadPlugin(type, settings, environment.configDir());
            modules.add(new LoadedPlugin(descriptor(type), module, type.getClassLoader()));
        }
        loadExtensions(modules);
    }

    private static PluginDescriptor descriptor(Class<? extends Plugin> type) {
        return new PluginDescriptor(
                type.getName(),
                "from the classpath",
                "1",
                Build.current().version(),
                "21",
                type.getName(),
                null,
                List.of(),
                false,
                false,
                false,
                false,
                PluginDescriptor.DeploymentTarget.ALL);
    }

    @Override
    protected List<LoadedPlugin> plugins() {
        return modules;
    }

    @Override
    public PluginsAndModules info() {
        return new PluginsAndModules(
                modules.stream().map(m -> new PluginRuntimeInfo(m.descriptor())).toList(),
                List.of());
    }
}
