package io.stream53.benchmarks;

import io.stream53.key.TransactionKey;
import io.stream53.key.Transport;
import io.stream53.processor.match.CounterSet;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.match.Matcher;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;

/**
 * The heap that pending queries take: in the matcher, and drained, in a store's map as Kafka
 * Streams' in-memory store has it.
 */
final class PendingHeap {
    private static final SameSchemaReader<DnsPacket> READER =
            new SameSchemaReader<>(DnsPacket.class);
    private static final int PER_ADDRESS = 50_000;

    private PendingHeap() {}

    /** Bytes after a full collection, less those of before. */
    static Map<String, Object> measure(int queries) {
        byte[][] samples = SampleQueries.values();
        long before = used();
        MatchSettings limits =
                new MatchSettings(
                        Duration.ofSeconds(5),
                        Duration.ofMillis(200),
                        queries,
                        16,
                        20_000,
                        200_000);
        Matcher matcher =
                new Matcher(
                        limits,
                        transaction -> {
                            throw new IllegalStateException("pushed out: " + transaction);
                        },
                        new CounterSet(),
                        READER::read);
        NavigableMap<Bytes, byte[]> store = new TreeMap<>();
        for (int i = 0; i < queries; i++) {
            byte[] stored = samples[i % samples.length].clone();
            matcher.message(key(i), READER.read(stored), stored);
            if (i % 100_000 == 0) {
                matcher.drain(new Store(store));
            }
        }
        matcher.drain(new Store(store));
        long after = used() - before;
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("pending", matcher.pendingQueries());
        result.put("storeRecords", store.size());
        result.put("heapBytes", after);
        result.put("heapBytesPerQuery", after / queries);
        result.put(
                "recordBytes",
                Arrays.stream(samples).mapToInt(s -> s.length).sum() / samples.length);
        return result;
    }

    private static byte[] key(int i) {
        byte[] client = ByteBuffer.allocate(4).putInt(0x0b000000 + i / PER_ADDRESS).array();
        return new TransactionKey(
                        "bench",
                        Transport.UDP,
                        client,
                        i % PER_ADDRESS,
                        new byte[] {10, 53, 0, 2},
                        53,
                        i & 0xffff)
                .encode();
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** As the processor's store, whose keys begin with the part's prefix. */
    private record Store(NavigableMap<Bytes, byte[]> map) implements StateWriter {
        @Override
        public void put(byte[] key, byte[] value) {
            map.put(prefixed(key), value);
        }

        @Override
        public void delete(byte[] key) {
            map.remove(prefixed(key));
        }

        private static Bytes prefixed(byte[] key) {
            byte[] bytes = new byte[key.length + 1];
            bytes[0] = 'm';
            System.arraycopy(key, 0, bytes, 1, key.length);
            return Bytes.wrap(bytes);
        }
    }

    /** Queries of the bundled capture, as they are in dns.raw. */
    private static final class SampleQueries {
        static byte[][] values() {
            List<byte[]> queries =
                    SampleRecords.load().stream()
                            .filter(record -> record.key().length > 0)
                            .filter(record -> (record.packet().getFlags() & 0x8000) == 0)
                            .filter(record -> record.packet().getQuestionType() < 251)
                            .map(SampleRecords.Raw::value)
                            .limit(1_000)
                            .toList();
            return queries.toArray(new byte[0][]);
        }
    }
}
