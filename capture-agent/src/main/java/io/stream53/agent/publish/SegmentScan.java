package io.stream53.agent.publish;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Reads a segment that a crash may have left in any state. */
final class SegmentScan {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private SegmentScan() {}

    /** Takes the records of a segment of an earlier process, as far as they are whole. */
    interface Visitor {
        /** A record; its content has been checked. */
        void record(long position, long run, long sequence, int partition, int kind);
    }

    /**
     * Reads a recovered segment to its end or to the first record that is not whole, and cuts it
     * there.
     *
     * @return what stood there: 0 where the segment was still written to, {@link LogSegment#END}
     *     where it was full, and anything else where it is damaged
     */
    static int run(LogSegment segment, int partitions, Visitor visitor) {
        MemorySegment memory = segment.mapped();
        CRC32C crc = new CRC32C();
        int offset = LogSegment.HEADER_BYTES;
        int records = 0;
        while (true) {
            int length = LogSegment.lengthAt(memory, offset);
            boolean whole = isWhole(segment, memory, offset, length, crc);
            int partition = whole ? memory.get(ValueLayout.JAVA_INT, offset + 24L) : 0;
            if (!whole || partition < 0 || partition >= partitions) {
                segment.cutAt(offset, records);
                return length;
            }
            visitor.record(
                    segment.position(offset),
                    memory.get(ValueLayout.JAVA_LONG, offset + 8L),
                    memory.get(ValueLayout.JAVA_LONG, offset + 16L),
                    partition,
                    memory.get(ValueLayout.JAVA_SHORT, offset + 30L));
            records++;
            offset += LogSegment.aligned(length);
        }
    }

    private static boolean isWhole(
            LogSegment segment, MemorySegment memory, int offset, int length, CRC32C crc) {
        if (length < LogSegment.RECORD_BYTES || length > segment.capacity - Long.BYTES - offset) {
            return false;
        }
        byte[] bytes = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
        int check = (int) INTS.get(bytes, 4);
        LONGS.set(bytes, 0, segment.position(offset));
        crc.reset();
        crc.update(bytes, 0, length);
        int keyLength = Short.toUnsignedInt((short) SHORTS.get(bytes, 28));
        return check == (int) crc.getValue() && keyLength <= length - LogSegment.RECORD_BYTES;
    }
}
