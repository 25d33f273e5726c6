package io.stream53.agent;

import io.stream53.agent.packet.IpNetwork;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Settings as values of their types; each error is one sentence that names the setting. */
final class TypedValues {
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*([kmg])i?b?");
    private static final int MEBIBYTE = 1024 * 1024;

    private final SettingValues values;

    TypedValues(SettingValues values) {
        this.values = values;
    }

    String text(AgentSetting setting) {
        return values.text(setting);
    }

    List<String> list(AgentSetting setting) {
        return values.list(setting);
    }

    boolean has(AgentSetting setting) {
        return !values.text(setting).isEmpty();
    }

    List<Path> paths(AgentSetting setting) {
        return values.list(setting).stream().map(text -> path(setting, text)).toList();
    }

    List<IpNetwork> networks(AgentSetting setting) {
        List<IpNetwork> networks = new ArrayList<>();
        for (String text : values.list(setting)) {
            try {
                networks.add(IpNetwork.of(text));
            } catch (IllegalArgumentException e) {
                throw wrong(setting, text, "networks such as 192.0.2.0/24 or 2001:db8::/32");
            }
        }
        return networks;
    }

    /** A number of MiB, in bytes. */
    int mebibytes(AgentSetting setting, int most) {
        return number(setting, 1, most) * MEBIBYTE;
    }

    /** A size such as 160m, in bytes; 0 where none is given. */
    long size(AgentSetting setting) {
        String text = values.text(setting);
        if (text.isEmpty()) {
            return 0;
        }
        Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw wrong(setting, text, "a size such as 160m or 1g");
        }
        int shift =
                switch (matcher.group(2)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    default -> 30;
                };
        return Long.parseLong(matcher.group(1)) << shift;
    }

    int number(AgentSetting setting, int least, int most) {
        return number(setting, values.text(setting), least, most);
    }

    static int number(AgentSetting setting, String text, int least, int most) {
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

    boolean truth(AgentSetting setting) {
        return switch (values.text(setting)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(setting, values.text(setting), "true or false");
        };
    }

    <E extends Enum<E>> E choice(AgentSetting setting, Class<E> type) {
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

    @Nullable Path path(AgentSetting setting) {
        String text = values.text(setting);
        return text.isEmpty() ? null : path(setting, text);
    }

    private static Path path(AgentSetting setting, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw wrong(setting, text, "the name of a file or a folder");
        }
    }

    long micros(AgentSetting setting) {
        return duration(setting).toNanos() / 1000;
    }

    @Nullable Duration optionalDuration(AgentSetting setting) {
        return values.text(setting).isEmpty() ? null : duration(setting);
    }

    Duration duration(AgentSetting setting) {
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

    static WrongValueException wrong(AgentSetting setting, String text, String wanted) {
        return new WrongValueException(
                setting, "%s must be %s, not \"%s\"".formatted(setting.key(), wanted, text));
    }
}
