package io.stream53.dns;

/** Whether a message could be read whole. */
public enum Defect {
    /** Read whole. */
    NONE(""),
    /** The capture holds only the message's beginning; what it holds is well-formed. */
    CUT("cut"),
    /** The message breaks the wire format. */
    MALFORMED("malformed");

    private final String text;

    Defect(String text) {
        this.text = text;
    }

    /** As in {@code DnsPacket.defect}: empty for {@link #NONE}. */
    public String text() {
        return text;
    }
}
