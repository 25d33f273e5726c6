package io.stream53.agent.dnstap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A control frame of Frame Streams, as fstrm's control.h describes it: a type, then fields of a
 * type, a length and that many bytes, all numbers 32 bits big-endian. On the wire an escape (a
 * length of 0 where a data frame's length would be) and the frame's own length stand before it.
 *
 * @param type what it says
 * @param contentTypes what the data frames hold; unknown to a STOP or FINISH
 */
record ControlFrame(Type type, List<String> contentTypes) {
    static final int MAX_BYTES = 512;

    /** What dnstap's data frames are said to hold. */
    static final String DNSTAP = "protobuf:dnstap.Dnstap";

    private static final int FIELD_CONTENT_TYPE = 1;
    private static final int MAX_CONTENT_TYPE_BYTES = 256;

    /** With the number that stands for it. */
    enum Type {
        ACCEPT(1),
        START(2),
        STOP(3),
        READY(4),
        FINISH(5);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static @Nullable Type of(int code) {
            for (Type type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            return null;
        }
    }

    ControlFrame {
        contentTypes = List.copyOf(contentTypes);
    }

    /**
     * Reads a control frame, without its escape and length.
     *
     * @return null when it is none that the protocol knows
     */
    static @Nullable ControlFrame parse(byte[] bytes, int from, int to) {
        if (to - from < 4 || to - from > MAX_BYTES) {
            return null;
        }
        Type type = Type.of(u32(bytes, from));
        if (type == null) {
            return null;
        }
        List<String> contentTypes = new ArrayList<>();
        int at = from + 4;
        while (at < to) {
            if (at + 8 > to || u32(bytes, at) != FIELD_CONTENT_TYPE) {
                return null;
            }
            int length = u32(bytes, at + 4);
            at += 8;
            if (length < 0 || length > MAX_CONTENT_TYPE_BYTES || length > to - at) {
                return null;
            }
            contentTypes.add(new String(bytes, at, length, StandardCharsets.ISO_8859_1));
            at += length;
        }
        return isAllowed(type, contentTypes.size()) ? new ControlFrame(type, contentTypes) : null;
    }

    private static boolean isAllowed(Type type, int contentTypes) {
        return switch (type) {
            case START -> contentTypes <= 1;
            case STOP, FINISH -> contentTypes == 0;
            case READY, ACCEPT -> true;
        };
    }

    /** Whether the data frames are dnstap; a frame that names no content leaves it open. */
    boolean isOfDnstap() {
        return contentTypes.isEmpty() || contentTypes.contains(DNSTAP);
    }

    /** The bytes on the wire, escape and length in front. */
    byte[] encode() {
        int length = 4;
        for (String contentType : contentTypes) {
            length += 8 + contentType.length();
        }
        byte[] bytes = new byte[8 + length];
        u32(bytes, 4, length);
        u32(bytes, 8, type.code);
        int at = 12;
        for (String contentType : contentTypes) {
            byte[] text = contentType.getBytes(StandardCharsets.ISO_8859_1);
            u32(bytes, at, FIELD_CONTENT_TYPE);
            u32(bytes, at + 4, text.length);
            System.arraycopy(text, 0, bytes, at + 8, text.length);
            at += 8 + text.length;
        }
        return bytes;
    }

    static int u32(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | bytes[at + 3] & 0xff;
    }

    private static void u32(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }
}
