package io.stream53.agent.publish;

import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the records that were sent, decoded. */
public final class MemoryOutput implements RecordOutput {
    /** One record as it was sent. */
    public record Sent(int partition, byte @Nullable [] key, DnsPacket packet, boolean watermark) {}

    private final int partitions;
    private final int maxValueBytes;
    private final SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);
    private final List<Sent> sent = new ArrayList<>();

    public MemoryOutput(int partitions) {
        this(partitions, Integer.MAX_VALUE);
    }

    public MemoryOutput(int partitions, int maxValueBytes) {
        this.partitions = partitions;
        this.maxValueBytes = maxValueBytes;
    }

    @Override
    public synchronized boolean offer(
            long run, int partition, byte[] key, int keyLength, byte[] value, int valueLength) {
        boolean watermark = keyLength == 0;
        sent.add(
                new Sent(
                        partition,
                        watermark ? null : Arrays.copyOf(key, keyLength),
                        reader.read(Arrays.copyOf(value, valueLength)),
                        watermark));
        return true;
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public int maxValueBytes() {
        return maxValueBytes;
    }

    /** Everything so far, in order. */
    public synchronized List<Sent> sent() {
        return List.copyOf(sent);
    }

    /** The messages so far. */
    public List<DnsPacket> messages() {
        return sent().stream().filter(s -> !s.watermark()).map(Sent::packet).toList();
    }

    /** The watermarks so far. */
    public List<DnsPacket> watermarks() {
        return sent().stream().filter(Sent::watermark).map(Sent::packet).toList();
    }
}
