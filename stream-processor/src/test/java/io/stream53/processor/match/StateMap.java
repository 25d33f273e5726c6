package io.stream53.processor.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What a changelog would hold. */
final class StateMap implements StateWriter {
    final Map<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
    int puts;
    int deletes;

    @Override
    public void put(byte[] key, byte[] value) {
        puts++;
        entries.put(key, value);
    }

    @Override
    public void delete(byte[] key) {
        deletes++;
        assertThat(entries.remove(key)).as("what is deleted was written before").isNotNull();
    }

    int writes() {
        return puts + deletes;
    }

    /** Entries of a kind, those in blocks too. */
    long count(StateCodec.Kind kind) {
        return unpacked().keySet().stream().filter(key -> StateCodec.Kind.of(key) == kind).count();
    }

    /** Everything as entries of their own, as earlier versions wrote them. */
    Map<byte[], byte[]> unpacked() {
        Map<byte[], byte[]> all = new TreeMap<>(Arrays::compareUnsigned);
        Map<Long, Long> gone = new HashMap<>();
        entries.forEach(
                (key, value) -> {
                    switch (StateCodec.Kind.of(key)) {
                        case GONE -> gone.put(number(key), ByteBuffer.wrap(value, 1, 8).getLong());
                        case BLOCK -> unpack(value, gone.getOrDefault(number(key), 0L), all);
                        default -> all.put(key, value);
                    }
                });
        return all;
    }

    private static void unpack(byte[] block, long gone, Map<byte[], byte[]> to) {
        ByteBuffer in = ByteBuffer.wrap(block).position(1);
        for (int i = 0; in.hasRemaining(); i++) {
            byte[] key = new byte[Short.toUnsignedInt(in.getShort())];
            in.get(key);
            byte[] value = new byte[in.getInt()];
            in.get(value);
            if ((gone >>> i & 1) == 0) {
                to.put(key, value);
            }
        }
    }

    private static long number(byte[] key) {
        return ByteBuffer.wrap(key).position(1).getLong();
    }

    /** Gives everything to a new matcher, some of it as earlier versions wrote it. */
    void restore(Matcher matcher, Random order) {
        if (order.nextInt(3) == 0) {
            Map<byte[], byte[]> old = unpacked();
            entries.clear();
            entries.putAll(old);
        }
        entries.forEach((key, value) -> matcher.restore(key, value, Msg::decode));
    }
}
