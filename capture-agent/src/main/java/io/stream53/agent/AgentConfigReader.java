package io.stream53.agent;

import io.stream53.agent.publish.KafkaSettings;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.agent.source.LiveSettings;
import io.stream53.key.TransactionKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the configuration of texts; each error is one sentence that names the setting. */
final class AgentConfigReader {
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int MAX_BUFFER_MIB = 1024;

    private final SettingValues values;

    private AgentConfigReader(SettingValues values) {
        this.values = values;
    }

    static AgentConfig read(SettingValues values) {
        return new AgentConfigReader(values).read();
    }

    private AgentConfig read() {
        Set<Integer> ports = ports();
        String device = values.text(AgentSetting.INTERFACE);
        return new AgentConfig(
                values.list(AgentSetting.PCAP),
                device.isEmpty() ? null : live(device, ports),
                choice(AgentSetting.SOURCE, LiveSource.class),
                optionalDuration(AgentSetting.DURATION),
                ports,
                node(),
                site(),
                addresses(),
                choice(AgentSetting.MESSAGE, MessageCarry.class),
                new WatermarkSettings(
                        micros(AgentSetting.MATCH_TIMEOUT), micros(AgentSetting.MATCH_SKEW)),
                kafka(),
                path(AgentSetting.LEDGER),
                duration(AgentSetting.SHUTDOWN_TIMEOUT));
    }

    private LiveSettings live(String device, Set<Integer> ports) {
        int bufferMib = number(AgentSetting.CAPTURE_BUFFER_MIB, 1, MAX_BUFFER_MIB);
        boolean promiscuous = truth(AgentSetting.CAPTURE_PROMISCUOUS);
        return new LiveSettings(device, ports, bufferMib * MEBIBYTE, promiscuous);
    }

    private KafkaSettings kafka() {
        String schemaId = values.text(AgentSetting.SCHEMA_ID);
        return new KafkaSettings(
                values.text(AgentSetting.BOOTSTRAP),
                values.text(AgentSetting.TOPIC),
                values.text(AgentSetting.REGISTRY),
                schemaId.isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(number(AgentSetting.SCHEMA_ID, 0, Integer.MAX_VALUE)),
                path(AgentSetting.SCHEMA_CACHE),
                values.text(AgentSetting.VALUE_SERIALIZER),
                values.passedThrough());
    }

    private Set<Integer> ports() {
        Set<Integer> ports = new HashSet<>();
        for (String text : values.list(AgentSetting.PORT)) {
            ports.add(number(AgentSetting.PORT, text, 1, 65535));
        }
        return ports;
    }

    private String node() {
        String node = values.text(AgentSetting.NODE);
        return named(AgentSetting.NODE, node.isEmpty() ? hostName() : node);
    }

    private String site() {
        String site = values.text(AgentSetting.SITE);
        return site.isEmpty() ? site : named(AgentSetting.SITE, site);
    }

    /** Names go into transaction keys, which limit them. */
    private static String named(AgentSetting setting, String name) {
        try {
            TransactionKey.nodeBytes(name);
            return name;
        } catch (IllegalArgumentException e) {
            throw wrong(setting, name, "a name of 1 to 255 bytes");
        }
    }

    /** Without asking a name server, which might be the one that is watched. */
    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException notLinux) {
            return System.getenv().getOrDefault("HOSTNAME", "localhost");
        }
    }

    private Set<InetAddress> addresses() {
        Set<InetAddress> addresses = new HashSet<>();
        for (String text : values.list(AgentSetting.ADDRESS)) {
            try {
                addresses.add(InetAddress.ofLiteral(text));
            } catch (IllegalArgumentException e) {
                throw wrong(AgentSetting.ADDRESS, text, "IPv4 or IPv6 addresses");
            }
        }
        return addresses;
    }

    private int number(AgentSetting setting, int least, int most) {
        return number(setting, values.text(setting), least, most);
    }

    private static int number(AgentSetting setting, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(setting, text, "a number from %d to %d".formatted(least, most));
        }
        throw wrong(setting, text, "a number from %d to %d".formatted(least, most));
    }

    private boolean truth(AgentSetting setting) {
        return switch (values.text(setting)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(setting, values.text(setting), "true or false");
        };
    }

    private <E extends Enum<E>> E choice(AgentSetting setting, Class<E> type) {
        String text = values.text(setting);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        StringBuilder names = new StringBuilder();
        for (E constant : type.getEnumConstants()) {
            names.append(names.isEmpty() ? "" : " or ");
            names.append(constant.name().toLowerCase(Locale.ROOT));
        }
        throw wrong(setting, text, names.toString());
    }

    private @Nullable Path path(AgentSetting setting) {
        String text = values.text(setting);
        return text.isEmpty() ? null : Path.of(text);
    }

    private long micros(AgentSetting setting) {
        return duration(setting).toNanos() / 1000;
    }

    private @Nullable Duration optionalDuration(AgentSetting setting) {
        return values.text(setting).isEmpty() ? null : duration(setting);
    }

    private Duration duration(AgentSetting setting) {
        String text = values.text(setting);
        Matcher matcher = SHORT_DURATION.matcher(text);
        try {
            Duration duration =
                    matcher.matches()
                            ? of(Long.parseLong(matcher.group(1)), matcher.group(2))
                            : Duration.parse(text);
            if (duration.isPositive() && duration.toDays() <= 36500) {
                return duration;
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            throw wrong(setting, text, "a time such as 200ms, 30s, 5m or PT30S");
        }
        throw wrong(setting, text, "a time such as 200ms, 30s, 5m or PT30S");
    }

    private static Duration of(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static ConfigurationException wrong(AgentSetting setting, String text, String wanted) {
        return new ConfigurationException(
                "%s must be %s, not \"%s\"".formatted(setting.key(), wanted, text));
    }
}
