package io.stream53.dns;

import java.util.Arrays;

/**
 * Walks the options of a message's OPT record (RFC 6891 section 6.1.2). A flyweight like {@link
 * RecordReader}.
 */
public final class EdnsOptions {
    private final WireCursor in = new WireCursor();
    private int code;
    private int offset;
    private int length;

    /** Stands before the first option; a message without OPT record has none. */
    public EdnsOptions reset(DnsMessage message) {
        if (message.hasEdns()) {
            in.reset(
                    message.bytes(),
                    message.optionsOffset(),
                    message.optionsLength(),
                    message.optionsLength());
        } else {
            in.reset(message.bytes(), message.offset(), 0, 0);
        }
        return this;
    }

    /** Reads the next option; false when there is none, or what is left is no whole option. */
    public boolean next() {
        if (in.position() >= in.end() || !in.require(4)) {
            return false;
        }
        code = in.u16();
        length = in.u16();
        offset = in.position();
        if (!in.require(length)) {
            in.position(in.end());
            return false;
        }
        in.skip(length);
        return true;
    }

    /** OPTION-CODE. */
    public int code() {
        return code;
    }

    /** Where the option's data begins in the message's array. */
    public int offset() {
        return offset;
    }

    /** Bytes of the option's data. */
    public int length() {
        return length;
    }

    /** A copy of the option's data. */
    public byte[] data() {
        return Arrays.copyOfRange(in.bytes(), offset, offset + length);
    }

    /** False when the options broke off before their end. */
    public boolean isWellFormed() {
        return in.defect() == Defect.NONE;
    }
}
