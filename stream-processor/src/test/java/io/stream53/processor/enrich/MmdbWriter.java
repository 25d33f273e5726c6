package io.stream53.processor.enrich;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small MMDB files (MaxMind DB file format 2.0): records of 24 bits, no pointers in the
 * data, networks that do not overlap.
 */
final class MmdbWriter {
    private static final int NONE = -1;
    private static final byte[] MARKER =
            "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);

    private final int ipVersion;
    private final List<int[]> nodes = new ArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    /** Values of records at or below this are data: {@code -2 - offset}. */
    private static final int DATA = -2;

    private MmdbWriter(int ipVersion) {
        this.ipVersion = ipVersion;
        nodes.add(new int[] {NONE, NONE});
    }

    static MmdbWriter forIpVersion(int ipVersion) {
        return new MmdbWriter(ipVersion);
    }

    /** A network, for example {@code 81.2.69.0/24}, and its record. */
    MmdbWriter network(String cidr, Map<String, Object> fields) {
        String[] parts = cidr.split("/", 2);
        byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
        int skipped = address.length == 4 && ipVersion == 6 ? 96 : 0;
        byte[] bits = new byte[skipped / 8 + address.length];
        System.arraycopy(address, 0, bits, skipped / 8, address.length);
        int last = skipped + Integer.parseInt(parts[1]) - 1;
        int node = 0;
        for (int bit = 0; bit < last; bit++) {
            int side = bits[bit / 8] >>> 7 - bit % 8 & 1;
            if (nodes.get(node)[side] == NONE) {
                nodes.get(node)[side] = nodes.size();
                nodes.add(new int[] {NONE, NONE});
            }
            node = nodes.get(node)[side];
        }
        nodes.get(node)[bits[last / 8] >>> 7 - last % 8 & 1] = DATA - data.size();
        write(data, fields);
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int[] node : nodes) {
            for (int record : node) {
                int value =
                        record >= 0
                                ? record
                                : nodes.size() + (record == NONE ? 0 : 16 + DATA - record);
                out.write(value >>> 16);
                out.write(value >>> 8);
                out.write(value);
            }
        }
        out.writeBytes(new byte[16]);
        out.writeBytes(data.toByteArray());
        out.writeBytes(MARKER);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("binary_format_major_version", 2);
        metadata.put("binary_format_minor_version", 0);
        metadata.put("build_epoch", 1_760_000_000L);
        metadata.put("database_type", "Test");
        metadata.put("description", Map.of());
        metadata.put("ip_version", ipVersion);
        metadata.put("languages", List.of("en"));
        metadata.put("node_count", nodes.size());
        metadata.put("record_size", 24);
        write(out, metadata);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                control(out, 2, bytes.length);
                out.writeBytes(bytes);
            }
            case Double number -> {
                control(out, 3, 8);
                out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
            }
            case Integer number -> {
                control(out, 6, 4);
                out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
            }
            case Map<?, ?> map -> {
                control(out, 7, map.size());
                map.forEach(
                        (key, field) -> {
                            write(out, key);
                            write(out, field);
                        });
            }
            case Long number -> {
                control(out, 9, 8);
                out.writeBytes(ByteBuffer.allocate(8).putLong(number).array());
            }
            case List<?> list -> {
                control(out, 11, list.size());
                list.forEach(item -> write(out, item));
            }
            case Float number -> {
                control(out, 15, 4);
                out.writeBytes(ByteBuffer.allocate(4).putFloat(number).array());
            }
            default -> throw new IllegalArgumentException("no MMDB type for " + value.getClass());
        }
    }

    /** Type and size; types above 7 have a byte of their own, sizes from 29 too. */
    private static void control(ByteArrayOutputStream out, int type, int size) {
        int shortSize = Math.min(size, 29);
        if (type <= 7) {
            out.write(type << 5 | shortSize);
        } else {
            out.write(shortSize);
            out.write(type - 7);
        }
        if (shortSize == 29) {
            out.write(size - 29);
        }
    }
}
