package io.stream53.processor.task;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * How far one run of a node has come in a partition. Times are microseconds since the epoch, by the
 * node's clock; {@link NodeWatermarks} changes them.
 */
final class NodeProgress {
    static final long NONE = Long.MIN_VALUE;
    static final long ENDED = Long.MAX_VALUE;
    static final long WINDOW_US = Duration.ofMinutes(1).toNanos() / 1000;

    private static final byte VERSION = 2;

    final long run;
    long watermarkUs = NONE;

    /** Latest time of a message or watermark. */
    long latestUs = NONE;

    /** Earliest and latest time of a message. */
    long firstMessageUs = NONE;

    long lastMessageUs = NONE;

    /** It holds no window open: all that is to be read of it was read. */
    boolean resting;

    /** Candidates that the run has lost, and the latest time when it last told of more. */
    long losses;

    long lossUs = NONE;

    /** Nothing was heard of it for some time: alerts do not wait for it. */
    boolean silent;

    /** It differs from what is in the changelog. */
    boolean changed;

    /** Wall-clock time, not kept across restarts. */
    long heardMs;

    NodeProgress(long run) {
        this.run = run;
    }

    /** Whether its last watermark has passed the windows of all its messages. */
    boolean isThrough(long closeDelayUs) {
        return watermarkUs != NONE && watermarkUs > restingUs(closeDelayUs) && watermarkUs != ENDED;
    }

    /** The last watermark that does not pass the window of the node's latest message. */
    private long restingUs(long closeDelayUs) {
        return lastMessageUs == NONE
                ? NONE
                : (Math.floorDiv(lastMessageUs, WINDOW_US) + 1) * WINDOW_US + closeDelayUs;
    }

    /**
     * A run that has ended is past what it told of, and nothing beyond; one that told of nothing
     * yet is where its first message was. Never {@link #NONE}, which would hold up everybody.
     */
    long timeUs(long closeDelayUs) {
        long timeUs = watermarkUs;
        if (timeUs == ENDED) {
            timeUs = restingUs(closeDelayUs) + 1;
        } else if (timeUs == NONE) {
            timeUs = firstMessageUs;
        }
        return Math.max(timeUs, NONE + 1);
    }

    byte[] encode() {
        return ByteBuffer.allocate(1 + 7 * Long.BYTES)
                .put(VERSION)
                .putLong(run)
                .putLong(watermarkUs)
                .putLong(latestUs)
                .putLong(losses)
                .putLong(lossUs)
                .putLong(firstMessageUs)
                .putLong(lastMessageUs)
                .array();
    }

    /**
     * Takes back what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when the bytes are none of this version
     */
    static NodeProgress decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.get() != VERSION) {
            throw new IllegalArgumentException("a node's state is not of version " + VERSION);
        }
        NodeProgress node = new NodeProgress(in.getLong());
        node.watermarkUs = in.getLong();
        node.latestUs = in.getLong();
        node.losses = in.getLong();
        node.lossUs = in.getLong();
        // Earlier versions did not tell messages from watermarks.
        node.firstMessageUs = in.hasRemaining() ? in.getLong() : node.latestUs;
        node.lastMessageUs = in.hasRemaining() ? in.getLong() : node.latestUs;
        return node;
    }
}
