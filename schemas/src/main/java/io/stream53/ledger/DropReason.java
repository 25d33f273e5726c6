package io.stream53.ledger;

/**
 * Why an agent dropped a candidate. A candidate is one whole UDP payload to or from a DNS port, or
 * one length-prefixed TCP message; where none can be formed, the frame.
 */
public enum DropReason {
    SHORT_HEADER("shortHeader", "fewer than 12 bytes, so there is no DNS header"),
    FRAGMENT("fragment", "an IP fragment that was not reassembled"),
    TCP_SEGMENT("tcpSegment", "a TCP segment that does not hold whole messages"),
    LINK_TYPE("linkType", "a frame of a link type that is not supported"),
    MALFORMED_PACKET("malformedPacket", "an IP, UDP or TCP header that contradicts itself"),
    CUT_HEADERS("cutHeaders", "the capture cut the frame before its DNS message began"),
    TRUNCATED_FILE("truncatedFile", "the capture file ends in the middle of a record"),
    KERNEL("kernel", "the kernel or the network card dropped the packet before it was read"),
    TOO_LARGE("tooLarge", "the record would exceed the producer's max.request.size"),
    PUBLISH_FAILED("publishFailed", "the broker did not acknowledge the record in time");

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
}
