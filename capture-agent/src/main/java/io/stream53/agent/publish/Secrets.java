package io.stream53.agent.publish;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secrets among the settings that are passed on to Kafka and the registry's client. Their own
 * libraries may quote a setting in an error; nothing that is shown to people may.
 */
public final class Secrets {
    /** There are none. */
    public static final Secrets NONE = new Secrets(List.of());

    private static final Pattern SECRET_KEY =
            Pattern.compile("password|secret|token|jaas|user\\.info|keystore\\.key|credential");

    /** What stands in quotation marks or behind an equals sign, as in JAAS's configuration. */
    private static final Pattern PART =
            Pattern.compile("\"([^\"]+)\"|'([^']+)'|=\\s*([^\\s;\"']+)");

    private static final int SHORTEST_PART = 4;

    private final List<String> texts;

    private Secrets(List<String> texts) {
        this.texts = List.copyOf(texts);
    }

    /** These and the secrets of settings. */
    public Secrets and(Map<String, String> settings) {
        List<String> all = new ArrayList<>(texts);
        settings.forEach(
                (key, text) -> {
                    if (SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT)).find()) {
                        add(all, text);
                    }
                });
        // A secret may be part of another.
        all.sort(Comparator.comparingInt(String::length).reversed());
        return new Secrets(all);
    }

    private static void add(List<String> texts, String text) {
        if (!text.isBlank()) {
            texts.add(text);
        }
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            for (int group = 1; group <= parts.groupCount(); group++) {
                String part = parts.group(group);
                if (part != null && part.length() >= SHORTEST_PART) {
                    texts.add(part);
                }
            }
        }
    }

    /** The sentence without secrets. */
    public String hide(String sentence) {
        String hidden = sentence;
        for (String text : texts) {
            hidden = hidden.replace(text, "[hidden]");
        }
        return hidden;
    }
}
