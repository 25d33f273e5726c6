package io.stream53.agent.publish;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way to Kafka, in the order they came in: a bounded log of segments. Any thread
 * may {@link #append}; one reads with a {@link LogCursor}; any may say that a record is {@link
 * #done}. A segment is free again when it is the oldest and all its records are done.
 *
 * <p>The last free segment is for watermarks alone, and half of it for final ones, so that a log
 * full of messages still says how far the run is, and what it dropped.
 */
final class RecordLog implements AutoCloseable {
    /** What a record is; more than one bit where the room it may take differs. */
    static final int MESSAGE = 0;

    static final int WATERMARK = 1;
    static final int FINAL = 2;

    /** So many segments stay mapped while they wait for their acknowledgements. */
    private static final int MAPPED = 4;

    private static final int ORDINARY_BYTES = 1024;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private final SegmentStore store;
    private final int schemaId;
    private final boolean checked;
    private final Deque<LogSegment> chain = new ArrayDeque<>();

    /** A record's header and key; its first eight bytes are its place, for the checksum alone. */
    private byte[] front = new byte[LogSegment.RECORD_BYTES + 512];

    private final CRC32C crc = new CRC32C();
    private long nextNumber;
    private boolean closed;
    private @Nullable LogSegment last;
    private @Nullable LogSegment read;

    /**
     * @param schemaId that the records from now on are written under
     * @param checked whether records carry a checksum, for a later process
     */
    RecordLog(SegmentStore store, int schemaId, boolean checked) {
        this(store, schemaId, checked, 1);
    }

    RecordLog(SegmentStore store, int schemaId, boolean checked, long firstNumber) {
        this.store = store;
        this.schemaId = schemaId;
        this.checked = checked;
        this.nextNumber = firstNumber;
    }

    /** Takes over a segment of an earlier process; oldest first, before anything is appended. */
    synchronized void adopt(LogSegment segment) {
        chain.addLast(segment);
        nextNumber = Math.max(nextNumber, segment.number() + 1);
    }

    /** The longest record, key and Avro bytes together. */
    int mostContentBytes() {
        return LogSegment.mostRecordBytes(store.segmentBytes()) - LogSegment.RECORD_BYTES;
    }

    /**
     * Copies a record to the log's end.
     *
     * @param value Avro bytes at {@code from}
     * @return false when there is no room; then nothing has changed
     */
    synchronized boolean append(
            int kind,
            long run,
            long sequence,
            int partition,
            byte[] key,
            int keyLength,
            byte[] value,
            int from,
            int length) {
        int bytes = LogSegment.recordBytes(keyLength, length);
        LogSegment to = room(kind, bytes);
        if (to == null) {
            return false;
        }
        int frontLength = LogSegment.RECORD_BYTES + keyLength;
        if (front.length < frontLength) {
            front = new byte[frontLength];
        }
        LONGS.set(front, 0, to.position(to.end));
        LONGS.set(front, 8, run);
        LONGS.set(front, 16, sequence);
        INTS.set(front, 24, partition);
        SHORTS.set(front, 28, (short) keyLength);
        SHORTS.set(front, 30, (short) kind);
        System.arraycopy(key, 0, front, LogSegment.RECORD_BYTES, keyLength);
        int check = 0;
        if (checked) {
            crc.reset();
            crc.update(front, 0, frontLength);
            crc.update(value, from, length);
            check = (int) crc.getValue();
        }
        to.write(check, front, frontLength, value, from, length);
        to.commit(bytes);
        return true;
    }

    /** The segment that takes a record of so many bytes, begun if need be. */
    private @Nullable LogSegment room(int kind, int bytes) {
        LogSegment current = last;
        int free = store.free();
        if (current != null && current.fits(bytes)) {
            boolean allowed =
                    free > 0
                            || kind == FINAL
                            || kind == WATERMARK && current.end < current.capacity / 2;
            return allowed ? current : null;
        }
        if (bytes > LogSegment.mostRecordBytes(store.segmentBytes())
                || free < (kind == MESSAGE ? 2 : 1)) {
            return null;
        }
        return next(current);
    }

    private @Nullable LogSegment next(@Nullable LogSegment current) {
        LogSegment taken = closed ? null : store.take();
        if (taken == null) {
            return null;
        }
        if (current != null) {
            current.seal();
        }
        taken.begin(nextNumber++, schemaId);
        chain.addLast(taken);
        last = taken;
        if (current != null) {
            letGo(current);
            release();
        }
        return taken;
    }

    /** Waits for a segment to come free, or a little. */
    @SuppressWarnings("WaitNotInLoop") // callers try to append, again and again
    synchronized void awaitRoom() throws InterruptedException {
        wait(5);
    }

    /** A record of the segment need not be sent again. */
    void done(LogSegment segment) {
        segment.done.incrementAndGet();
        if (segment.isDone()) {
            synchronized (this) {
                release();
            }
        }
    }

    /** Frees the oldest segments that are done; also after recovery. */
    synchronized void release() {
        LogSegment oldest = chain.peekFirst();
        while (oldest != null && oldest.isDone() && oldest != read && oldest != last) {
            chain.removeFirst();
            store.release(oldest);
            oldest = chain.peekFirst();
        }
        notifyAll();
    }

    private void letGo(LogSegment segment) {
        if (segment != read && segment != last && chain.size() > MAPPED) {
            store.unmap(segment);
        }
    }

    /** Moves the reader on: from a segment to the one behind it; from null to the oldest. */
    synchronized @Nullable LogSegment follow(@Nullable LogSegment from, boolean rewind) {
        LogSegment next = null;
        if (from == null || rewind) {
            next = chain.peekFirst();
        } else {
            for (Iterator<LogSegment> i = chain.iterator(); i.hasNext(); ) {
                if (i.next() == from) {
                    next = i.hasNext() ? i.next() : null;
                    break;
                }
            }
        }
        if (next != null && next != from) {
            store.map(next);
            read = next;
            if (from != null) {
                letGo(from);
            }
            release();
        }
        return next;
    }

    /** Whether nothing is left in it; asked when nothing is appended and read any more. */
    synchronized boolean isDone() {
        for (LogSegment segment : chain) {
            if (segment.done.get() < segment.records) {
                return false;
            }
        }
        return true;
    }

    /** Records that are not done. */
    synchronized long waiting() {
        long waiting = 0;
        for (LogSegment segment : chain) {
            waiting += segment.records - segment.done.get();
        }
        return waiting;
    }

    /** Bytes of the records that are not done, to within the mean of their segment. */
    synchronized long waitingBytes() {
        long bytes = 0;
        for (LogSegment segment : chain) {
            int records = segment.records;
            if (records > 0) {
                long all = (long) segment.end - LogSegment.HEADER_BYTES;
                bytes += all * Math.max(0, records - segment.done.get()) / records;
            }
        }
        return bytes;
    }

    /** Bytes that the segments take, free ones that are ready among them. */
    synchronized long storedBytes() {
        long bytes = store.readyBytes();
        for (LogSegment segment : chain) {
            bytes += segment.capacity;
        }
        return bytes;
    }

    /** Whether a message of ordinary length would be taken now. */
    synchronized boolean hasRoom() {
        int free = store.free();
        LogSegment current = last;
        return !closed && (free > 1 || free > 0 && current != null && current.fits(ORDINARY_BYTES));
    }

    /** No record before it is read again. */
    synchronized long oldestPosition() {
        LogSegment oldest = chain.peekFirst();
        return oldest == null ? nextNumber << 32 : oldest.position(0);
    }

    /** Lets go of all segments; those that are done are marked free. Nothing may follow. */
    @Override
    public synchronized void close() {
        closed = true;
        read = null;
        LogSegment end = last;
        if (end != null) {
            end.seal();
        }
        last = null;
        release();
        for (LogSegment segment : chain) {
            store.unmap(segment);
        }
        chain.clear();
        store.close();
    }

    LogCursor cursor() {
        return new LogCursor(this);
    }
}
