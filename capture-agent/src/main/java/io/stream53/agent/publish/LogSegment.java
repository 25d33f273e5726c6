package io.stream53.agent.publish;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A piece of the {@link RecordLog}: a header, then records one behind the other, in memory or in a
 * mapped file. Numbers are in the machine's own order of bytes: a spool is not moved to others.
 *
 * <p>Header, 64 bytes: magic (8), number in the log, 0 when the segment is free (8), schema id of
 * its records (4), CRC32C of these (4). A record begins at a multiple of 8, and is:
 *
 * <ul>
 *   <li>length of the record in bytes (4), written last; {@link #END} behind the last record of a
 *       segment that is full, 0 behind the last of one that is not
 *   <li>CRC32C of the record's position in the log and all that follows (4)
 *   <li>run (8), sequence (8), partition (4), length of the key (2), kind (2)
 *   <li>key, then the Avro bytes without Confluent's header
 * </ul>
 */
final class LogSegment {
    static final int HEADER_BYTES = 64;
    static final int RECORD_BYTES = 32;
    static final int END = -1;

    private static final long MAGIC = 0x3153_4c4f_4f50_5333L;
    static final long NUMBER_AT = 8;
    private static final long SCHEMA_AT = 16;
    private static final long CHECK_AT = 20;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final VarHandle LENGTH = INT.varHandle();

    /** The file; null in memory. */
    final @Nullable Path file;

    final int capacity;

    /** Of an earlier process. */
    final boolean recovered;

    /** Mapped while it is written, read or about to be; guarded by the log. */
    @Nullable MemorySegment memory;

    @Nullable Arena arena;
    private long number;
    private int schemaId;

    /** Where the next record goes; only the writer knows it. */
    int end = HEADER_BYTES;

    /** Records in it; final when it is {@link #sealed}. */
    volatile int records;

    /** Nothing more is written to it. */
    volatile boolean sealed;

    /** Records that need not be sent again. */
    final AtomicInteger done = new AtomicInteger();

    LogSegment(@Nullable Path file, int capacity, boolean recovered) {
        this.file = file;
        this.capacity = capacity;
        this.recovered = recovered;
    }

    static int recordBytes(int keyLength, int avroLength) {
        return RECORD_BYTES + keyLength + avroLength;
    }

    /** The longest record that a segment of so many bytes holds. */
    static int mostRecordBytes(int capacity) {
        return capacity - HEADER_BYTES - Long.BYTES;
    }

    static int aligned(int bytes) {
        return bytes + 7 & ~7;
    }

    MemorySegment mapped() {
        MemorySegment mapped = memory;
        if (mapped == null) {
            throw new IllegalStateException("segment " + number + " is not mapped");
        }
        return mapped;
    }

    long number() {
        return number;
    }

    int schemaId() {
        return schemaId;
    }

    /** The place of a record in the log. */
    long position(int offset) {
        return number << 32 | offset;
    }

    /** Makes it the log's last, empty. What is behind the first length is of no account then. */
    void begin(long newNumber, int newSchemaId) {
        MemorySegment to = mapped();
        to.set(LONG, NUMBER_AT, 0);
        VarHandle.releaseFence();
        LENGTH.setRelease(to, (long) HEADER_BYTES, 0);
        to.set(LONG, 0, MAGIC);
        to.set(INT, SCHEMA_AT, newSchemaId);
        to.set(INT, CHECK_AT, headerCheck(newNumber, newSchemaId));
        VarHandle.releaseFence();
        to.set(LONG, NUMBER_AT, newNumber);
        number = newNumber;
        schemaId = newSchemaId;
    }

    /** Says in the file that nothing in it matters. */
    void markFree() {
        MemorySegment to = mapped();
        to.set(LONG, 0, MAGIC);
        to.set(LONG, NUMBER_AT, 0);
    }

    boolean fits(int recordBytes) {
        return end + aligned(recordBytes) + Long.BYTES <= capacity;
    }

    /**
     * Copies a record whose place is free; it is there when {@link #commit} was called.
     *
     * @param front the record's header, the key behind it
     */
    void write(int check, byte[] front, int frontLength, byte[] value, int from, int length) {
        MemorySegment to = mapped();
        to.set(INT, end + 4L, check);
        MemorySegment.copy(front, 8, to, ValueLayout.JAVA_BYTE, end + 8L, frontLength - 8);
        MemorySegment.copy(value, from, to, ValueLayout.JAVA_BYTE, end + frontLength, length);
    }

    /** The record is complete: readers and a later process see it from now on. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // there is one writer
    void commit(int recordBytes) {
        MemorySegment to = mapped();
        int next = end + aligned(recordBytes);
        to.set(INT, next, 0);
        records = records + 1;
        LENGTH.setRelease(to, (long) end, recordBytes);
        end = next;
    }

    /** Nothing more comes: readers go on to the next. */
    void seal() {
        sealed = true;
        LENGTH.setRelease(mapped(), (long) end, END);
    }

    boolean isDone() {
        return sealed && done.get() >= records;
    }

    static int lengthAt(MemorySegment from, int offset) {
        return (int) LENGTH.getAcquire(from, (long) offset);
    }

    /** Whether what the file says of itself is whole; sets number and schema id. */
    boolean readHeader() {
        MemorySegment from = mapped();
        number = from.get(LONG, NUMBER_AT);
        schemaId = from.get(INT, SCHEMA_AT);
        return from.get(LONG, 0) == MAGIC
                && number > 0
                && number < 1L << 31
                && from.get(INT, CHECK_AT) == headerCheck(number, schemaId);
    }

    /** Whether it holds nothing: marked so, or new. */
    boolean isFree() {
        MemorySegment from = mapped();
        return from.get(LONG, NUMBER_AT) == 0
                && (from.get(LONG, 0) == MAGIC || from.get(LONG, 0) == 0);
    }

    /** Takes a damaged or unfinished end off: records stop here. */
    void cutAt(int offset, int recordsBefore) {
        end = offset;
        records = recordsBefore;
        seal();
    }

    private static int headerCheck(long number, int schemaId) {
        CRC32C crc = new CRC32C();
        byte[] bytes = new byte[20];
        MemorySegment to = MemorySegment.ofArray(bytes);
        to.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, MAGIC);
        to.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, number);
        to.set(ValueLayout.JAVA_INT_UNALIGNED, 16, schemaId);
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }
}
