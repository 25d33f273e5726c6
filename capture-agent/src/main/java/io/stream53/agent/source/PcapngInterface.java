package io.stream53.agent.source;

/**
 * One interface of a pcapng section: how its packets are to be read, and what it says it dropped.
 *
 * <p>Drops may be told twice, by packets ({@code epb_dropcount}, since the packet before) and by
 * statistics ({@code isb_ifdrop} and {@code isb_osdrop}, since the start of the capture). The
 * statistics know more, so where there are any, they alone count.
 */
final class PcapngInterface {
    /** Beyond it a count is not believed: readers in JavaScript know whole numbers of 53 bits. */
    static final long MAX_DROPS = 1L << 53;

    private final int linkType;
    private final long snapLength;
    private final TimestampScale scale;
    private long droppedBetweenPackets;
    private long droppedInAll = -1;

    /**
     * @param snapLength bytes of a packet that were captured at most, 0 for all
     */
    PcapngInterface(int linkType, long snapLength, TimestampScale scale) {
        this.linkType = linkType;
        this.snapLength = snapLength;
        this.scale = scale;
    }

    int linkType() {
        return linkType;
    }

    /** How many bytes of a packet were captured that is told by its length on the wire alone. */
    long captured(long wireLength) {
        return snapLength == 0 ? wireLength : Math.min(wireLength, snapLength);
    }

    long microseconds(long ticks) {
        return scale.microseconds(ticks);
    }

    /** A packet says how many were dropped since the one before it. */
    void droppedBefore(long count) {
        if (isCount(count)) {
            droppedBetweenPackets = Math.min(MAX_DROPS, droppedBetweenPackets + count);
        }
    }

    /** Statistics say how many were dropped since the start of the capture. */
    void droppedInAll(long count) {
        if (isCount(count)) {
            droppedInAll = Math.max(droppedInAll, count);
        }
    }

    /** All ones stand for a count that is not known. */
    private static boolean isCount(long count) {
        return count >= 0 && count <= MAX_DROPS;
    }

    long dropped() {
        return droppedInAll >= 0 ? droppedInAll : droppedBetweenPackets;
    }
}
