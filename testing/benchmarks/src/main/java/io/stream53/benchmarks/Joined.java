package io.stream53.benchmarks;

import io.stream53.schema.DnsPacket;
import io.stream53.serde.AvroSerializer;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * What contenders that only join write: both messages, encoded like the copy loop's, so that as
 * much goes out as came in.
 */
record Joined(String cause, @Nullable DnsPacket query, @Nullable DnsPacket response) {

    static Serde<Joined> serde(Map<String, Object> config) {
        Serializer<DnsPacket> packets = new AvroSerializer<>();
        packets.configure(config, false);
        return Serdes.serdeFrom(
                (topic, joined) -> encode(packets, topic, joined),
                (topic, bytes) -> {
                    throw new UnsupportedOperationException("only written");
                });
    }

    /** Length of the cause u8, the cause, length of the query i32, query, response. */
    private static byte[] encode(Serializer<DnsPacket> packets, String topic, Joined joined) {
        byte[] query = joined.query == null ? new byte[0] : packets.serialize(topic, joined.query);
        byte[] response =
                joined.response == null ? new byte[0] : packets.serialize(topic, joined.response);
        byte[] cause = joined.cause.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(5 + cause.length + query.length + response.length)
                .put((byte) cause.length)
                .put(cause)
                .putInt(query.length)
                .put(query)
                .put(response)
                .array();
    }
}
