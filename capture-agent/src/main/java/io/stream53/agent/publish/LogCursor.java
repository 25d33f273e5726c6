package io.stream53.agent.publish;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The place of a {@link RecordLog}'s one reader, and the record there. */
final class LogCursor {
    private final RecordLog log;
    private @Nullable LogSegment segment;
    private MemorySegment memory = MemorySegment.NULL;
    private int offset;
    private int length;

    LogCursor(RecordLog log) {
        this.log = log;
    }

    /** Looks for a record at the cursor's place; false: there is none yet. */
    boolean read() {
        if (segment == null && !enter(log.follow(null, false))) {
            return false;
        }
        length = LogSegment.lengthAt(memory, offset);
        while (length == LogSegment.END) {
            if (!enter(log.follow(segment, false))) {
                return false;
            }
            length = LogSegment.lengthAt(memory, offset);
        }
        return length > 0;
    }

    private boolean enter(@Nullable LogSegment next) {
        if (next == null) {
            return false;
        }
        segment = next;
        memory = next.mapped();
        offset = LogSegment.HEADER_BYTES;
        return true;
    }

    /** Goes behind the record. */
    void advance() {
        offset += LogSegment.aligned(length);
    }

    /** Goes back to the oldest record that may have to be sent again. */
    void rewind() {
        enter(log.follow(segment, true));
    }

    LogSegment segment() {
        LogSegment at = segment;
        if (at == null) {
            throw new IllegalStateException("nothing was read");
        }
        return at;
    }

    long position() {
        return segment().position(offset);
    }

    long run() {
        return memory.get(ValueLayout.JAVA_LONG, offset + 8L);
    }

    long sequence() {
        return memory.get(ValueLayout.JAVA_LONG, offset + 16L);
    }

    int partition() {
        return memory.get(ValueLayout.JAVA_INT, offset + 24L);
    }

    private int keyLength() {
        return Short.toUnsignedInt(memory.get(ValueLayout.JAVA_SHORT, offset + 28L));
    }

    int kind() {
        return memory.get(ValueLayout.JAVA_SHORT, offset + 30L);
    }

    byte @Nullable [] key() {
        int bytes = keyLength();
        if (bytes == 0) {
            return null;
        }
        byte[] key = new byte[bytes];
        MemorySegment.copy(
                memory, ValueLayout.JAVA_BYTE, offset + LogSegment.RECORD_BYTES, key, 0, bytes);
        return key;
    }

    /** The Avro bytes behind Confluent's header with the id they were written under. */
    byte[] value() {
        int before = LogSegment.RECORD_BYTES + keyLength();
        int avro = length - before;
        byte[] value = new byte[DnsPacketEncoder.HEADER_BYTES + avro];
        int id = segment().schemaId();
        value[1] = (byte) (id >>> 24);
        value[2] = (byte) (id >>> 16);
        value[3] = (byte) (id >>> 8);
        value[4] = (byte) id;
        MemorySegment.copy(
                memory,
                ValueLayout.JAVA_BYTE,
                offset + before,
                value,
                DnsPacketEncoder.HEADER_BYTES,
                avro);
        return value;
    }
}
