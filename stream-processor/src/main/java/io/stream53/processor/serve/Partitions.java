package io.stream53.processor.serve;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;

/** Where a count is merged. */
final class Partitions {
    private Partitions() {}

    /**
     * The partition of partial counts that a key is merged in: that of Kafka's default partitioner,
     * as {@link io.stream53.processor.task.CountMessageSerde#partitions} leaves it.
     */
    static int of(String mergeKey, int partitions) {
        byte[] key = mergeKey.getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    static Set<Integer> all(int partitions) {
        return IntStream.range(0, partitions)
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
