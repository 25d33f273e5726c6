package io.stream53.processor.task;

import io.stream53.processor.count.CountMessage;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Count messages on the internal topic between counting and merging. */
public final class CountMessageSerde implements Serde<CountMessage> {
    @Override
    public Serializer<CountMessage> serializer() {
        return (topic, message) -> message.encode();
    }

    @Override
    public Deserializer<CountMessage> deserializer() {
        return (topic, bytes) -> CountMessage.decode(bytes);
    }

    /** Partitions that a message goes to: all for progress, the key's own for what adds up. */
    public static Optional<Set<Integer>> partitions(
            String topic, String key, CountMessage message, int partitions) {
        return switch (message) {
            case CountMessage.Progress _, CountMessage.SlotsSent _ ->
                    Optional.of(
                            IntStream.range(0, partitions)
                                    .boxed()
                                    .collect(Collectors.toUnmodifiableSet()));
            case CountMessage.Partial _, CountMessage.RunPart _, CountMessage.Signal _ ->
                    Optional.empty();
        };
    }
}
