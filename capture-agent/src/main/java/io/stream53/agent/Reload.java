package io.stream53.agent;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads the configuration anew when told to (SIGHUP): what may change in a running agent does, what
 * needs a restart is named, and a configuration with a fault changes nothing. Files that settings
 * name, such as a key, are read anew as well.
 */
final class Reload {
    private final Supplier<SettingValues> source;
    private final Function<SettingValues, AgentConfig> checks;
    private final Consumer<AgentConfig> target;
    private final Consumer<String> log;
    private SettingValues current;

    /**
     * Watches over one configuration.
     *
     * @param current what is in force
     * @param source reads file, environment and command line again; may throw {@link
     *     ConfigurationException}
     * @param checks makes the configuration; throws {@link ConfigurationException} for faults
     * @param target brings a configuration into force
     * @param log takes what became of it, in sentences
     */
    Reload(
            SettingValues current,
            Supplier<SettingValues> source,
            Function<SettingValues, AgentConfig> checks,
            Consumer<AgentConfig> target,
            Consumer<String> log) {
        this.current = current;
        this.source = source;
        this.checks = checks;
        this.target = target;
        this.log = log;
    }

    /** Takes what is configured now. */
    synchronized void reload() {
        try {
            SettingValues next = source.get();
            apply(next, checks.apply(next));
        } catch (ConfigurationException e) {
            e.sentences().forEach(log);
            log.accept("the configuration stays as it was");
        }
    }

    /** Files that settings name are opened by each check, so there is no second without need. */
    private void apply(SettingValues next, AgentConfig checked) {
        Set<AgentSetting> reloadable = EnumSet.noneOf(AgentSetting.class);
        Set<AgentSetting> forRestart = EnumSet.noneOf(AgentSetting.class);
        for (AgentSetting setting : current.differences(next)) {
            (setting.isReloadable() ? reloadable : forRestart).add(setting);
        }
        SettingValues changed = current.with(reloadable, next);
        boolean whole =
                changed.differences(next).isEmpty()
                        && changed.passedThrough().equals(next.passedThrough());
        target.accept(whole ? checked : checks.apply(changed));
        current = changed;
        log.accept(
                reloadable.isEmpty()
                        ? "the configuration was read again; no setting has changed"
                        : "the configuration was read again; now in force: " + keys(reloadable));
        if (!forRestart.isEmpty() || !current.passedThrough().equals(next.passedThrough())) {
            String passed =
                    current.passedThrough().equals(next.passedThrough())
                            ? ""
                            : "Kafka's own settings";
            log.accept(
                    "a restart is needed for "
                            + (forRestart.isEmpty()
                                    ? passed
                                    : keys(forRestart)
                                            + (passed.isEmpty() ? "" : " and " + passed)));
        }
    }

    private static String keys(Set<AgentSetting> settings) {
        return settings.stream().map(AgentSetting::key).collect(Collectors.joining(", "));
    }
}
