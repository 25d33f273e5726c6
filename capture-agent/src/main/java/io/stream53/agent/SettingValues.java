package io.stream53.agent;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Settings as texts, gathered from a file, then the environment, then the command line. */
final class SettingValues {
    private static final String VARIABLE_PREFIX = "STREAM53_AGENT_";

    private final Map<AgentSetting, List<String>> values = new EnumMap<>(AgentSetting.class);
    private final Map<String, String> passedThrough = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** Takes a properties file. */
    void file(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException("there is no configuration file " + file, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException(
                    "the configuration file %s cannot be read: %s".formatted(file, e.getMessage()),
                    e);
        }
        for (String key : properties.stringPropertyNames()) {
            put(key, properties.getProperty(key), file.toString());
        }
    }

    /** Takes the variables that begin with STREAM53_AGENT_. */
    void environment(Map<String, String> environment) {
        environment.forEach(
                (variable, text) -> {
                    if (variable.startsWith(VARIABLE_PREFIX)) {
                        String key = variable.substring(VARIABLE_PREFIX.length());
                        put(key.toLowerCase(Locale.ROOT).replace('_', '.'), text, variable);
                    }
                });
    }

    /** Takes one flat property; a list has commas. */
    void put(String key, String text, String from) {
        for (AgentSetting setting : AgentSetting.values()) {
            if (setting.key().equals(key)) {
                values.put(setting, split(setting, text));
                return;
            }
        }
        if (key.startsWith(AgentSetting.KAFKA_PREFIX)) {
            passedThrough.put(key.substring(AgentSetting.KAFKA_PREFIX.length()), text);
        } else if (key.startsWith(AgentSetting.REGISTRY_PREFIX)) {
            passedThrough.put(key, text);
        } else {
            problems.add(
                    "unknown setting %s in %s; did you mean %s?"
                            .formatted(key, from, AgentSetting.nearest(key).key()));
        }
    }

    /** Takes the values of an option that may be repeated; file names may have commas there. */
    void option(AgentSetting setting, List<String> texts) {
        values.put(
                setting,
                setting == AgentSetting.PCAP || setting == AgentSetting.DNSTAP_FILE
                        ? texts
                        : texts.stream().flatMap(text -> split(setting, text).stream()).toList());
    }

    /** Keys that do not exist, each as a sentence. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Whether a setting was given a value. */
    boolean has(AgentSetting setting) {
        return !values.getOrDefault(setting, List.of()).isEmpty();
    }

    /** Forgets a value that is wrong, so that the others can be looked at too. */
    void forget(AgentSetting setting) {
        values.remove(setting);
    }

    /** A copy with these settings as others have them. */
    SettingValues with(Collection<AgentSetting> settings, SettingValues others) {
        SettingValues copy = new SettingValues();
        copy.values.putAll(values);
        copy.passedThrough.putAll(passedThrough);
        for (AgentSetting setting : settings) {
            copy.values.put(setting, others.values.getOrDefault(setting, List.of()));
        }
        return copy;
    }

    /** The settings that have another value there. */
    Set<AgentSetting> differences(SettingValues others) {
        Set<AgentSetting> different = EnumSet.noneOf(AgentSetting.class);
        for (AgentSetting setting : AgentSetting.values()) {
            if (!list(setting).equals(others.list(setting))) {
                different.add(setting);
            }
        }
        return different;
    }

    /** What was given, or else the default; an empty text is as none. */
    List<String> list(AgentSetting setting) {
        List<String> given = values.getOrDefault(setting, List.of());
        return given.isEmpty() ? split(setting, setting.defaultText()) : given;
    }

    /** The one text of a setting; empty without. */
    String text(AgentSetting setting) {
        return String.join(",", list(setting));
    }

    Map<String, String> passedThrough() {
        return passedThrough;
    }

    private static List<String> split(AgentSetting setting, String text) {
        Stream<String> parts = setting.isList() ? Arrays.stream(text.split(",")) : Stream.of(text);
        return parts.map(String::strip).filter(Predicate.not(String::isEmpty)).toList();
    }
}
