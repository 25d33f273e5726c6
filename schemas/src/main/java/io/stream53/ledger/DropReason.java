package io.stream53.ledger;

import java.util.Map;

/**
 * Why an agent dropped a candidate. A candidate is one whole UDP payload to or from a DNS port, or
 * one length-prefixed TCP message; where none can be formed, the frame.
 */
public enum DropReason {
    SHORT_HEADER("shortHeader", "fewer than 12 bytes, so there is no DNS header"),
    FRAGMENT("fragment", "an IP fragment whose packet was never complete"),
    FRAGMENT_OVERLAP("fragmentOverlap", "an IP fragment that overlaps another (RFC 5722)"),
    TCP_SEGMENT("tcpSegment", "a TCP segment with a part of a message whose rest never came"),
    REASSEMBLY_FULL("reassemblyFull", "set aside for reassembly, and pushed out by newer packets"),
    LINK_TYPE("linkType", "a frame of a link type that is not supported"),
    MALFORMED_PACKET("malformedPacket", "an IP, UDP or TCP header that contradicts itself"),
    MALFORMED_DNSTAP(
            "malformedDnstap", "a dnstap frame that is no message, or a message without a packet"),
    CUT_HEADERS("cutHeaders", "the capture cut the frame before its DNS message began"),
    TRUNCATED_FILE("truncatedFile", "the capture file ends in the middle of a record"),
    KERNEL("kernel", "the kernel or the network card dropped the packet before it was read"),
    FILTERED("filtered", "the operator's filters leave it out"),
    SAMPLED("sampled", "sampling leaves its transaction out"),
    TOO_LARGE("tooLarge", "the record would exceed the producer's max.request.size"),
    QUEUE_FULL("queueFull", "the queue to Kafka was full, and there is no spool"),
    SPOOL_FULL("spoolFull", "the spool on disk was full"),
    SPOOL_DAMAGED("spoolDamaged", "cut off the end of a spool that a crash had damaged"),
    PUBLISH_FAILED(
            "publishFailed", "the broker refused the record, or did not acknowledge it in time");

    private final String text;
    private final String meaning;

    DropReason(String text, String meaning) {
        this.text = text;
        this.meaning = meaning;
    }

    /** Name in ledgers, watermarks and metrics. */
    public String text() {
        return text;
    }

    /** One sentence for people. */
    public String meaning() {
        return meaning;
    }

    /**
     * Whether a response may be missing because of it: what is left out on purpose is left out for
     * queries and responses alike.
     */
    public boolean isLoss() {
        return this != FILTERED && this != SAMPLED;
    }

    /**
     * Whether the message was numbered and handed to the output before: it is among those sent, and
     * its number is missing behind Kafka, unless it was delivered after all.
     */
    public boolean isNumbered() {
        return isNumbered(text);
    }

    /** The same of a reason's text; what a newer agent may call a reason is not numbered. */
    public static boolean isNumbered(String text) {
        return text.equals(PUBLISH_FAILED.text) || text.equals(SPOOL_DAMAGED.text);
    }

    /** How many of the drops, counted by reason, were numbered. */
    public static long numbered(Map<String, Long> dropped) {
        return dropped.entrySet().stream()
                .filter(entry -> isNumbered(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** The same of a reason's text; what a newer agent may call a reason is a loss. */
    public static boolean isLoss(String text) {
        return !text.equals(FILTERED.text) && !text.equals(SAMPLED.text);
    }
}
