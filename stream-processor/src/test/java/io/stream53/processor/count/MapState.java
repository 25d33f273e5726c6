package io.stream53.processor.count;

import io.stream53.processor.match.StateWriter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BiConsumer;

/** A store in memory. */
final class MapState implements StateWriter {
    /** Keys in hex. */
    private final Map<String, byte[]> entries = new HashMap<>();

    private int writes;

    @Override
    public void put(byte[] key, byte[] value) {
        entries.put(HexFormat.of().formatHex(key), value);
        writes++;
    }

    @Override
    public void delete(byte[] key) {
        entries.remove(HexFormat.of().formatHex(key));
        writes++;
    }

    int size() {
        return entries.size();
    }

    int writes() {
        return writes;
    }

    void restoreTo(BiConsumer<byte[], byte[]> restore) {
        entries.forEach((key, value) -> restore.accept(HexFormat.of().parseHex(key), value));
    }
}
