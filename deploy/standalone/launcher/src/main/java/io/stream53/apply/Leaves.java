package io.stream53.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * JSON as its leaves by path. Numbers and booleans are their texts, for engines answer {@code "1"}
 * where they were given {@code 1}; nested objects and dotted names are the same, for engines take
 * both. A list of values is one leaf; a list of objects has leaves for each, and its length.
 */
final class Leaves {
    private Leaves() {}

    /** Path to text, for all that is not null. */
    static NavigableMap<String, String> of(JsonNode json) {
        NavigableMap<String, String> leaves = new TreeMap<>();
        collect("", json, leaves);
        return leaves;
    }

    private static void collect(String path, JsonNode json, NavigableMap<String, String> leaves) {
        if (json.isObject() && !json.isEmpty()) {
            json.properties()
                    .forEach(
                            field -> collect(join(path, field.getKey()), field.getValue(), leaves));
        } else if (json.isArray() && hasContainers(json)) {
            leaves.put(path + ".length", Integer.toString(json.size()));
            for (int i = 0; i < json.size(); i++) {
                collect(path + "[" + i + "]", json.get(i), leaves);
            }
        } else if (!json.isNull() && !json.isMissingNode()) {
            leaves.put(path, text(json));
        }
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static boolean hasContainers(JsonNode array) {
        for (JsonNode element : array) {
            if (element.isContainerNode()) {
                return true;
            }
        }
        return false;
    }

    private static String text(JsonNode leaf) {
        if (leaf.isObject()) {
            return "{}";
        }
        if (leaf.isArray()) {
            StringJoiner list = new StringJoiner(", ", "[", "]");
            leaf.forEach(element -> list.add(element.asText()));
            return list.toString();
        }
        return leaf.asText();
    }

    /** What differs, by path. */
    static List<Difference> between(JsonNode before, JsonNode after) {
        NavigableMap<String, String> old = of(before);
        NavigableMap<String, String> now = of(after);
        SortedSet<String> paths = new TreeSet<>(old.keySet());
        paths.addAll(now.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String path : paths) {
            String was = old.get(path);
            String is = now.get(path);
            if (!java.util.Objects.equals(was, is)
                    && !isFilled(path, was, now)
                    && !isFilled(path, is, old)) {
                differences.add(new Difference(path, was, is));
            }
        }
        return differences;
    }

    /** Whether an empty object here is one with fields there: those differ, or are defaults. */
    private static boolean isFilled(
            String path, @Nullable String empty, NavigableMap<String, String> other) {
        String prefix = path.isEmpty() ? "" : path + ".";
        String next = other.higherKey(prefix);
        return "{}".equals(empty) && next != null && next.startsWith(prefix);
    }

    /**
     * What differs where {@code after} says anything: what the server adds by itself is its own.
     */
    static List<Difference> stated(JsonNode before, JsonNode after) {
        return between(before, after).stream().filter(d -> !d.isRemoval()).toList();
    }
}
