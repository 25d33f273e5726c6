package io.stream53.dns;

import java.util.Arrays;

/**
 * A DNS message as far as the capture path needs it: header, first question, EDNS, and whether
 * every record could be walked (RFC 1035 section 4.1, RFC 6891). A flyweight over the caller's
 * bytes: {@link #parse} may be called again and again and allocates nothing. The bytes must not
 * change while the message is in use.
 *
 * <p>Names and fields inside the data of records are not judged here; {@link RecordReader} and
 * {@link RdataText} read them.
 */
public final class DnsMessage {
    /** RFC 1035 section 4.1.1. Fewer bytes are not a message. */
    public static final int HEADER_BYTES = 12;

    private static final int TYPE_SOA = 6;
    private static final int TYPE_OPT = 41;
    private static final int TYPE_IXFR = 251;
    private static final int TYPE_AXFR = 252;

    /** Type, class, TTL and length of the data: what follows a record's name. */
    private static final int RECORD_FIXED_BYTES = 10;

    /** RFC 8490: behind the header of a DSO message come its TLVs, which no count announces. */
    private static final int OPCODE_DSO = 6;

    private final WireCursor in = new WireCursor();
    private final WireName name = new WireName();
    private final OptRecord opt = new OptRecord();
    private int id;
    private int flags;
    private int questionCount;
    private int answerCount;
    private int authorityCount;
    private int additionalCount;
    private boolean hasQuestion;
    private int questionType;
    private int questionClass;
    private int recordsOffset;
    private int firstAnswerType;
    private Defect defect = Defect.NONE;
    private Section section = Section.HEADER;

    /**
     * Reads a message that the capture holds whole.
     *
     * @return false when it has fewer than {@value #HEADER_BYTES} bytes and so is no message
     */
    public boolean parse(byte[] message) {
        return parse(message, 0, message.length, message.length);
    }

    /**
     * Reads a message.
     *
     * @param offset of its first byte
     * @param capturedLength bytes of it that the array holds
     * @param size bytes that it had on the wire, at least {@code capturedLength}
     * @return false when fewer than {@value #HEADER_BYTES} bytes are there: then nothing but {@link
     *     #defect} is to be read
     */
    public boolean parse(byte[] bytes, int offset, int capturedLength, int size) {
        in.reset(bytes, offset, capturedLength, size);
        clear();
        section = Section.HEADER;
        if (!in.require(HEADER_BYTES)) {
            defect = in.defect();
            return false;
        }
        id = in.u16();
        flags = in.u16();
        questionCount = in.u16();
        answerCount = in.u16();
        authorityCount = in.u16();
        additionalCount = in.u16();
        if (!body()) {
            defect = in.defect();
        }
        return true;
    }

    private void clear() {
        name.clear();
        hasQuestion = false;
        questionType = 0;
        questionClass = 0;
        recordsOffset = -1;
        firstAnswerType = 0;
        opt.clear();
        defect = Defect.NONE;
    }

    private boolean body() {
        section = Section.QUESTION;
        if (!questions()) {
            return false;
        }
        recordsOffset = in.position();
        section = Section.ANSWER;
        if (!skipRecords(answerCount)) {
            return false;
        }
        section = Section.AUTHORITY;
        if (!skipRecords(authorityCount)) {
            return false;
        }
        section = Section.ADDITIONAL;
        if (!additionals()) {
            return false;
        }
        section = Section.TRAILING;
        if (in.position() == in.wireEnd() || isDso()) {
            return true;
        }
        return in.fail(Defect.MALFORMED);
    }

    private boolean isDso() {
        return opcode() == OPCODE_DSO && in.position() == in.start() + HEADER_BYTES;
    }

    /** RFC 1035 section 4.1.2. Of several questions the first counts. */
    private boolean questions() {
        for (int i = 0; i < questionCount; i++) {
            if (!(i == 0 ? name.read(in) : WireName.skip(in)) || !in.require(4)) {
                return false;
            }
            if (i == 0) {
                questionType = in.u16();
                questionClass = in.u16();
                hasQuestion = true;
            } else {
                in.skip(4);
            }
        }
        return true;
    }

    /** RFC 1035 section 4.1.3. */
    private boolean skipRecords(int count) {
        for (int i = 0; i < count; i++) {
            if (!skipOwner() || !in.require(RECORD_FIXED_BYTES)) {
                return false;
            }
            int type = in.u16();
            if (i == 0 && section == Section.ANSWER) {
                firstAnswerType = type;
            }
            in.skip(RECORD_FIXED_BYTES - 4);
            int dataLength = in.u16();
            if (!in.require(dataLength)) {
                return false;
            }
            in.skip(dataLength);
        }
        return true;
    }

    /** Most owners are a pointer to the question's name, which has been read already. */
    private boolean skipOwner() {
        int at = in.position();
        byte[] bytes = in.bytes();
        if (hasQuestion
                && in.end() - at >= 2
                && bytes[at] == (byte) 0xc0
                && bytes[at + 1] == HEADER_BYTES) {
            in.skip(2);
            return true;
        }
        return WireName.skip(in);
    }

    private boolean additionals() {
        for (int i = 0; i < additionalCount; i++) {
            if (!skipOwner() || !in.require(RECORD_FIXED_BYTES)) {
                return false;
            }
            int type = in.u16();
            int size = in.u16();
            long ttl = in.u32();
            int dataLength = in.u16();
            // RFC 6891 section 6.1.1: at most one; of several the first counts.
            if (type == TYPE_OPT && !opt.isPresent()) {
                opt.read(in, size, ttl, dataLength);
            }
            if (!in.require(dataLength)) {
                return false;
            }
            in.skip(dataLength);
        }
        return true;
    }

    /** The array that was parsed. */
    public byte[] bytes() {
        return in.bytes();
    }

    /** Where the message begins in {@link #bytes}. */
    public int offset() {
        return in.start();
    }

    /** Bytes of the message in {@link #bytes}. */
    public int capturedLength() {
        return in.end() - in.start();
    }

    /** Bytes of the message on the wire. */
    public int size() {
        return in.wireEnd() - in.start();
    }

    /** 0 to 65535. */
    public int id() {
        return id;
    }

    /** Second 16-bit word of the header. */
    public int flags() {
        return flags;
    }

    /** QR: a response. */
    public boolean isResponse() {
        return (flags & 0x8000) != 0;
    }

    /** 0 to 15. */
    public int opcode() {
        return flags >>> 11 & 0xf;
    }

    /** 12 bits: the header's four, with the upper eight of EDNS (RFC 6891 section 6.1.3). */
    public int rcode() {
        return opt.extendedRcode() << 4 | flags & 0xf;
    }

    /** QDCOUNT as on the wire. */
    public int questionCount() {
        return questionCount;
    }

    /** ANCOUNT as on the wire. */
    public int answerCount() {
        return answerCount;
    }

    /** NSCOUNT as on the wire. */
    public int authorityCount() {
        return authorityCount;
    }

    /** ARCOUNT as on the wire. */
    public int additionalCount() {
        return additionalCount;
    }

    /** The first question was read with name, type and class. */
    public boolean hasQuestion() {
        return hasQuestion;
    }

    /** Presentation text of the first question's name; empty when it cannot be read. */
    public String questionName() {
        return name.toString();
    }

    /** ASCII of {@link #questionName}, valid until the next parse; not to be changed. */
    public byte[] questionNameBytes() {
        return name.text();
    }

    /** Bytes of {@link #questionNameBytes} that count. */
    public int questionNameLength() {
        return name.length();
    }

    /** The question's name had an upper-case letter on the wire. */
    public boolean questionMixedCase() {
        return name.mixedCase();
    }

    /** QTYPE; 0 when it cannot be read. */
    public int questionType() {
        return questionType;
    }

    /** QCLASS; 0 when it cannot be read. */
    public int questionClass() {
        return questionClass;
    }

    /** There is an OPT record in the additional section. */
    public boolean hasEdns() {
        return opt.isPresent();
    }

    /** EDNS version; -1 without OPT record. */
    public int ednsVersion() {
        return opt.version();
    }

    /** Requestor's UDP payload size in bytes; 0 without OPT record. */
    public int ednsUdpSize() {
        return opt.udpSize();
    }

    /** DNSSEC OK (RFC 3225). */
    public boolean ednsDo() {
        return opt.dnssecOk();
    }

    /** Whether the message was read whole. */
    public Defect defect() {
        return defect;
    }

    /** Where reading stopped; meaningful only with a {@link #defect}. */
    public Section defectSection() {
        return section;
    }

    /**
     * Over TCP, a response of a zone transfer after its first: it repeats no question, or its
     * answers do not begin with the zone's SOA (RFC 5936 section 2.2). Only a hint: of an
     * incremental transfer (RFC 1995) a later message may begin with an SOA too.
     */
    public boolean continuesTransfer() {
        if (!isResponse() || answerCount == 0 || opcode() != 0) {
            return false;
        }
        if (questionCount == 0) {
            return true;
        }
        return asksForTransfer() && firstAnswerType != TYPE_SOA;
    }

    /** Its question is AXFR (RFC 5936) or IXFR (RFC 1995), in a query or repeated in a response. */
    public boolean asksForTransfer() {
        return questionType == TYPE_AXFR || questionType == TYPE_IXFR;
    }

    /** Where the answer section begins in {@link #bytes}; -1 when the questions are unreadable. */
    int recordsOffset() {
        return recordsOffset;
    }

    /** Where the OPT record's data begins in {@link #bytes}; -1 without one. */
    int optionsOffset() {
        return opt.optionsOffset();
    }

    /** Bytes of the OPT record's data that the capture holds. */
    int optionsLength() {
        return opt.optionsLength();
    }

    /** A copy of the captured bytes. */
    public byte[] copy() {
        return Arrays.copyOfRange(in.bytes(), in.start(), in.end());
    }
}
