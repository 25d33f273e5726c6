package io.stream53.agent.dnstap;

/**
 * Goes through the fields of a Protocol Buffers message, bounded by its bytes. It keeps places and
 * copies nothing, which is why it is not protobuf-java's: dnstap needs numbers and byte strings
 * only, and this is less code than calling the library is, without its 1.7 MB.
 *
 * <p>A message that cannot be read ends early, and {@link #isWhole} says so.
 */
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private boolean whole;
    private int field;
    private int wireType;
    private long value;
    private int from;
    private int length;

    /** Begins with the message in these bytes. */
    ProtobufReader over(byte[] newBytes, int newFrom, int newEnd) {
        bytes = newBytes;
        at = newFrom;
        end = newEnd;
        whole = true;
        return this;
    }

    /** Goes to the next field; false at the end. */
    boolean next() {
        if (at == end || !whole) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        if (tag >>> 32 != 0 || field == 0) {
            return fail();
        }
        switch (wireType) {
            case VARINT -> value = varint();
            case FIXED64 -> value = fixed(8);
            case FIXED32 -> value = fixed(4);
            case BYTES -> byteString();
            default -> fail();
        }
        return whole;
    }

    private void byteString() {
        long announced = varint();
        if (announced < 0 || announced > end - at) {
            fail();
            return;
        }
        from = at;
        length = (int) announced;
        at += length;
    }

    private long varint() {
        long result = 0;
        for (int shift = 0; shift < 64 && at < end; shift += 7) {
            byte next = bytes[at++];
            result |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return result;
            }
        }
        fail();
        return 0;
    }

    private long fixed(int width) {
        if (end - at < width) {
            fail();
            return 0;
        }
        long result = 0;
        for (int i = 0; i < width; i++) {
            result |= (bytes[at++] & 0xffL) << 8 * i;
        }
        return result;
    }

    private boolean fail() {
        whole = false;
        return false;
    }

    int field() {
        return field;
    }

    /** The field as a number; any other makes the message unreadable. */
    long number() {
        if (wireType == BYTES) {
            fail();
            return 0;
        }
        return value;
    }

    /** Where the field's bytes begin; {@link #length} says how many. */
    int from() {
        if (wireType != BYTES) {
            fail();
            from = 0;
            length = 0;
        }
        return from;
    }

    int length() {
        return length;
    }

    /** Whether all that was read so far could be. */
    boolean isWhole() {
        return whole;
    }
}
