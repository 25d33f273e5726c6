package io.stream53.processor.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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

    long count(StateCodec.Kind kind) {
        return entries.keySet().stream().filter(key -> StateCodec.Kind.of(key) == kind).count();
    }

    /** Gives everything to a new matcher, in any order. */
    void restore(Matcher matcher, Random order) {
        List<Map.Entry<byte[], byte[]>> list = new ArrayList<>(entries.entrySet());
        Collections.shuffle(list, order);
        list.forEach(entry -> matcher.restore(entry.getKey(), entry.getValue(), Msg::decode));
    }
}
