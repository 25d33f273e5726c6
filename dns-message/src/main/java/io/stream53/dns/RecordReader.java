package io.stream53.dns;

import org.jspecify.annotations.Nullable;

/**
 * Walks the records of a parsed message in wire order, over answer, authority and additional
 * section (RFC 1035 section 4.1.3). A flyweight: after {@link #next} the getters speak of the
 * record that was read; {@link #reset} begins with another message.
 *
 * <pre>{@code
 * RecordReader records = new RecordReader();
 * records.reset(message);
 * while (records.next()) { ... records.section(), records.name(), records.type() ... }
 * }</pre>
 */
public final class RecordReader {
    private static final int FIXED_BYTES = 10;

    private final WireCursor in = new WireCursor();
    private final WireName name = new WireName();
    private final WireCursor data = new WireCursor();
    private final WireName dataName = new WireName();
    private int answers;
    private int authorities;
    private int additionals;
    private Section section = Section.ANSWER;
    private int type;
    private int recordClass;
    private long ttl;
    private int dataOffset;
    private int dataLength;

    /** Stands before the first record of a message that {@link DnsMessage#parse} accepted. */
    public RecordReader reset(DnsMessage message) {
        in.reset(message.bytes(), message.offset(), message.capturedLength(), message.size());
        boolean readable = message.recordsOffset() >= 0;
        in.position(readable ? message.recordsOffset() : in.end());
        answers = readable ? message.answerCount() : 0;
        authorities = readable ? message.authorityCount() : 0;
        additionals = readable ? message.additionalCount() : 0;
        section = Section.ANSWER;
        return this;
    }

    /**
     * Reads the next record whose name, fixed fields and data are all there.
     *
     * @return false when there are no more, or when the message is cut or malformed here: {@link
     *     #defect} tells
     */
    public boolean next() {
        if (!in.defect().equals(Defect.NONE) || !count() || !name.read(in)) {
            return false;
        }
        if (!in.require(FIXED_BYTES)) {
            return false;
        }
        type = in.u16();
        recordClass = in.u16();
        ttl = in.u32();
        dataLength = in.u16();
        dataOffset = in.position();
        if (!in.require(dataLength)) {
            return false;
        }
        in.skip(dataLength);
        return true;
    }

    private boolean count() {
        if (answers > 0) {
            answers--;
            return true;
        }
        if (authorities > 0) {
            section = Section.AUTHORITY;
            authorities--;
            return true;
        }
        if (additionals > 0) {
            section = Section.ADDITIONAL;
            additionals--;
            return true;
        }
        return false;
    }

    /** Section of this record; with a defect, the section in which reading stopped. */
    public Section section() {
        return section;
    }

    /** Presentation text of the owner's name, as {@link DnsMessage#questionName}. */
    public String name() {
        return name.toString();
    }

    /** TYPE, see {@link Mnemonics#type}. */
    public int type() {
        return type;
    }

    /** CLASS, see {@link Mnemonics#recordClass}; of OPT the UDP payload size. */
    public int recordClass() {
        return recordClass;
    }

    /** Seconds, unsigned 32 bits as on the wire; of OPT the extended rcode, version and flags. */
    public long ttl() {
        return ttl;
    }

    /** The array that holds the message. */
    public byte[] bytes() {
        return in.bytes();
    }

    /** Where the record's data begins in {@link #bytes}. */
    public int dataOffset() {
        return dataOffset;
    }

    /** Bytes of the record's data. */
    public int dataLength() {
        return dataLength;
    }

    /**
     * Presentation text of a name within the record's data, decompressed (RFC 1035 section 4.1.4).
     *
     * @param at where in {@link #bytes} it begins
     * @return null when it cannot be read, or would reach beyond the data
     */
    public @Nullable String nameAt(int at) {
        dataCursor().position(at);
        return dataName.read(data) ? dataName.toString() : null;
    }

    /** A cursor at the record's data that ends with it, yet knows where the message starts. */
    WireCursor dataCursor() {
        int end = dataOffset + dataLength - in.start();
        data.reset(in.bytes(), in.start(), end, end);
        data.position(dataOffset);
        return data;
    }

    /** For names in the record's data. */
    WireName dataName() {
        return dataName;
    }

    /** Why reading stopped before the last record; {@link Defect#NONE} when it did not. */
    public Defect defect() {
        return in.defect();
    }

    /** Where the message begins in {@link #bytes}: compression pointers count from there. */
    public int messageOffset() {
        return in.start();
    }
}
