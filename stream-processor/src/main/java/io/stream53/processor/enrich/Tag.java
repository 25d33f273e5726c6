package io.stream53.processor.enrich;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The labels that a transaction may carry in {@code tags}; docs/labels.md has the rules. */
public enum Tag {
    QNAME_MINIMISED(1 << 0, "qname-minimised"),
    PUBLIC_RESOLVER(1 << 1, "public-resolver"),
    DNSSEC_AWARE(1 << 2, "dnssec-aware"),
    ANY_OVER_UDP(1 << 3, "any-over-udp"),
    SPECIAL_USE(1 << 4, "special-use");

    /** The list of every set of tags, so that a transaction needs none of its own. */
    private static final List<List<String>> LISTS = lists();

    private final int bit;
    private final String text;

    Tag(int bit, String text) {
        this.bit = bit;
        this.text = text;
    }

    /** As it is written in the field. */
    public String text() {
        return text;
    }

    /** All of them, as they are written. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(Tag::text).toList();
    }

    /** This tag's bit where the condition holds, else 0. */
    int bitIf(boolean condition) {
        return condition ? bit : 0;
    }

    /** The texts of a set of tags, in the order of this enumeration; shared, not to be changed. */
    static List<String> listOf(int bits) {
        return LISTS.get(bits);
    }

    private static List<List<String>> lists() {
        List<List<String>> lists = new ArrayList<>();
        for (int bits = 0; bits < 1 << values().length; bits++) {
            List<String> list = new ArrayList<>();
            for (Tag tag : values()) {
                if ((bits & tag.bit) != 0) {
                    list.add(tag.text);
                }
            }
            lists.add(List.copyOf(list));
        }
        return List.copyOf(lists);
    }
}
