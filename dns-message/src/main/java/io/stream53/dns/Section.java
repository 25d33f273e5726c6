package io.stream53.dns;

import java.util.Locale;

/** The parts of a message in wire order (RFC 1035 section 4.1). */
public enum Section {
    HEADER,
    QUESTION,
    ANSWER,
    AUTHORITY,
    ADDITIONAL,
    /** Bytes behind the last record that the header announces. */
    TRAILING;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** As in {@code DnsPacket.defect_section}. */
    public String text() {
        return text;
    }
}
