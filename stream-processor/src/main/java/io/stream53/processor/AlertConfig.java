package io.stream53.processor;

import io.stream53.processor.detect.AlertSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The settings of alerts with their types. */
public final class AlertConfig {
    private AlertConfig() {}

    /** What is in force where nothing is set. */
    public static AlertSettings defaults() {
        return of(Settings.load(null, Map.of(), new EnumMap<>(Setting.class)));
    }

    /**
     * What a processor's settings say, without the environment.
     *
     * @throws IllegalArgumentException with a sentence, for a file that cannot be read, a key that
     *     is none and a value that cannot be used
     */
    public static AlertSettings read(Path file) {
        try {
            return of(Settings.load(file, Map.of(), new EnumMap<>(Setting.class)));
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Reads the texts.
     *
     * @throws ConfigurationException naming the first setting whose value cannot be used
     */
    static AlertSettings of(Settings settings) {
        return new AlertSettings(
                ProcessorConfig.oneOf(settings, Setting.ALERTS_ENABLED, "true", "false")
                        .equals("true"),
                words(settings, Setting.ALERTS_IGNORE),
                number(settings, Setting.ALERTS_OPEN_AFTER),
                number(settings, Setting.ALERTS_CLOSE_AFTER),
                number(settings, Setting.ALERTS_TUNNELLING_LENGTH),
                number(settings, Setting.ALERTS_AMPLIFICATION_SIZE),
                decimal(settings, Setting.ALERTS_AMPLIFICATION_RATIO, Double.MAX_VALUE),
                thresholds(settings).rules(off(settings)));
    }

    private static AlertSettings.Thresholds thresholds(Settings settings) {
        return new AlertSettings.Thresholds(
                number(settings, Setting.ALERTS_RANDOM_SUBDOMAIN_NAMES),
                share(settings, Setting.ALERTS_RANDOM_SUBDOMAIN_SHARE),
                share(settings, Setting.ALERTS_RANDOM_SUBDOMAIN_DISTINCT),
                number(settings, Setting.ALERTS_NXDOMAIN_FLOOD_RESPONSES),
                share(settings, Setting.ALERTS_NXDOMAIN_FLOOD_SHARE),
                decimal(settings, Setting.ALERTS_NXDOMAIN_FLOOD_GROWTH, Double.MAX_VALUE),
                number(settings, Setting.ALERTS_AMPLIFICATION_RESPONSES),
                share(settings, Setting.ALERTS_AMPLIFICATION_SHARE),
                decimal(settings, Setting.ALERTS_AMPLIFICATION_REPEATS, Double.MAX_VALUE),
                number(settings, Setting.ALERTS_REFLECTION_RESPONSES),
                share(settings, Setting.ALERTS_REFLECTION_SHARE),
                decimal(settings, Setting.ALERTS_REFLECTION_REPEATS, Double.MAX_VALUE),
                number(settings, Setting.ALERTS_TUNNELLING_NAMES),
                share(settings, Setting.ALERTS_TUNNELLING_SHARE),
                decimal(settings, Setting.ALERTS_TUNNELLING_ENTROPY, Double.MAX_VALUE),
                decimal(settings, Setting.ALERTS_TUNNELLING_NAMES_PER_CLIENT, Double.MAX_VALUE),
                number(settings, Setting.ALERTS_SPOOFED_RESPONSES_MISMATCHED),
                number(settings, Setting.ALERTS_SERVER_SILENT_QUERIES),
                share(settings, Setting.ALERTS_SERVER_SILENT_SHARE),
                ProcessorConfig.duration(settings, Setting.ALERTS_SERVER_SILENT_MEMORY));
    }

    private static Set<String> off(Settings settings) {
        Set<String> off = words(settings, Setting.ALERTS_OFF);
        if (!AlertSettings.RULES.containsAll(off)) {
            throw ProcessorConfig.unusable(
                    Setting.ALERTS_OFF,
                    settings.get(Setting.ALERTS_OFF),
                    "names of rules: " + String.join(", ", new TreeSet<>(AlertSettings.RULES)));
        }
        return off;
    }

    private static Set<String> words(Settings settings, Setting setting) {
        return Arrays.stream(settings.get(setting).split(",", -1))
                .map(word -> word.strip().toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static int number(Settings settings, Setting setting) {
        return ProcessorConfig.number(settings, setting, 1);
    }

    private static double share(Settings settings, Setting setting) {
        return decimal(settings, setting, 1);
    }

    private static double decimal(Settings settings, Setting setting, double most) {
        String value = settings.get(setting).strip();
        try {
            double number = Double.parseDouble(value);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw ProcessorConfig.unusable(
                setting, value, most == 1 ? "a number from 0 to 1" : "a number of at least 0");
    }
}
