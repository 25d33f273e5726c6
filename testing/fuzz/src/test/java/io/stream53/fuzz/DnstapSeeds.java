package io.stream53.fuzz;

import static io.stream53.fixtures.DnsMessageBuilder.query;
import static io.stream53.fixtures.DnsMessageBuilder.response;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Conversations of a name server that sends dnstap, written field by field. */
final class DnstapSeeds {
    private static final int ACCEPT = 1;
    private static final int START = 2;
    private static final int STOP = 3;
    private static final int READY = 4;
    private static final String DNSTAP = "protobuf:dnstap.Dnstap";
    private static final byte[] QUERY = query(7, "a.test", 1).bytes();
    private static final byte[] RESPONSE = response(7, "a.test", 28, 0).bytes();
    private static final byte[] IPV4 = {(byte) 198, 51, 100, 7};
    private static final byte[] IPV6 = {
        0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7
    };

    private DnstapSeeds() {}

    static Map<String, byte[]> all() {
        Map<String, byte[]> streams = new LinkedHashMap<>();
        byte[] client = frame("ns1", 5, 1, 1, IPV4, 8, QUERY, 10);
        byte[] answer = frame("ns2", 6, 2, 4, IPV6, 12, RESPONSE, 14);
        byte[] resolver = frame("", 3, 1, 2, new byte[0], 8, QUERY, 10);
        streams.put(
                "one-way",
                joined(head(0), control(START, DNSTAP), data(client), control(STOP, null)));
        streams.put(
                "both-ways",
                joined(
                        head(3),
                        control(READY, DNSTAP),
                        control(START, DNSTAP),
                        data(client),
                        data(answer),
                        data(resolver),
                        control(STOP, null)));
        streams.put("other-content", joined(head(1), control(START, "protobuf:other")));
        streams.put("accept-first", joined(head(1), control(ACCEPT, DNSTAP)));
        streams.put(
                "cut", joined(head(1), control(START, null), data(answer), new byte[] {0, 0, 1}));
        streams.put(
                "short-header",
                joined(
                        head(1),
                        control(START, DNSTAP),
                        data(frame("ns1", 1, 1, 1, IPV4, 8, new byte[5], 10))));
        for (int type = 1; type <= 14; type++) {
            byte[] message = type % 2 == 0 ? RESPONSE : QUERY;
            int time = type % 2 == 0 ? 12 : 8;
            int protocol = 1 + type % 7;
            byte[] data = frame("ns" + type % 3, type, 1, protocol, IPV4, time, message, time + 2);
            streams.put(
                    "type-%02d".formatted(type),
                    joined(head(1), control(START, DNSTAP), data(data)));
        }
        return streams;
    }

    private static byte[] head(int switches) {
        return new byte[] {(byte) switches};
    }

    private static byte[] control(int type, @org.jspecify.annotations.Nullable String content) {
        byte[] text = content == null ? new byte[0] : content.getBytes(StandardCharsets.UTF_8);
        int length = 4 + (content == null ? 0 : 8 + text.length);
        ByteBuffer frame = ByteBuffer.allocate(8 + length).putInt(0).putInt(length).putInt(type);
        if (content != null) {
            frame.putInt(1).putInt(text.length).put(text);
        }
        return frame.array();
    }

    private static byte[] data(byte[] frame) {
        return ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array();
    }

    private static byte[] frame(
            String identity,
            int type,
            int family,
            int protocol,
            byte[] address,
            int timeField,
            byte[] message,
            int messageField) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        number(inner, 1, type);
        number(inner, 2, family);
        number(inner, 3, protocol);
        bytes(inner, 4, address);
        bytes(inner, 5, address);
        number(inner, 6, 4000);
        number(inner, 7, 53);
        number(inner, timeField, 1_700_000_000);
        inner.write((timeField + 1) << 3 | 5);
        inner.writeBytes(new byte[] {0, 1, 2, 3});
        bytes(inner, messageField, message);
        ByteArrayOutputStream outer = new ByteArrayOutputStream();
        bytes(outer, 1, identity.getBytes(StandardCharsets.UTF_8));
        bytes(outer, 2, "v1".getBytes(StandardCharsets.UTF_8));
        bytes(outer, 14, inner.toByteArray());
        number(outer, 15, 1);
        return outer.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        out.write(field << 3);
        varint(out, value);
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
        out.write(field << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
