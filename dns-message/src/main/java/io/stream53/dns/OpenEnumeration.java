package io.stream53.dns;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names for some of the numbers from 0 to 65535, and a regular name for all others. */
final class OpenEnumeration {
    private final String prefix;
    private final @Nullable String[] names;

    /**
     * An enumeration.
     *
     * @param prefix of the names that are made of numbers
     * @param table numbers in ascending order, each before its name, separated by white space
     */
    OpenEnumeration(String prefix, String table) {
        this.prefix = prefix;
        String[] words = table.strip().split("\\s+", -1);
        names = new @Nullable String[Integer.parseInt(words[words.length - 2]) + 1];
        for (int i = 0; i < words.length; i += 2) {
            names[Integer.parseInt(words[i])] = words[i + 1];
        }
    }

    String name(int number) {
        String name = number < names.length ? names[number] : null;
        return name == null ? prefix + number : name;
    }

    /** The number that has a name, in upper or lower case; -1 when none has. */
    int number(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (int i = 0; i < names.length; i++) {
            if (upper.equals(names[i])) {
                return i;
            }
        }
        String digits = upper.startsWith(prefix) ? upper.substring(prefix.length()) : "";
        if (!digits.matches("\\d{1,5}")) {
            return -1;
        }
        int number = Integer.parseInt(digits);
        return number <= 0xffff ? number : -1;
    }
}
