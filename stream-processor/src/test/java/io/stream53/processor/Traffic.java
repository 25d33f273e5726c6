package io.stream53.processor;

import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.match.CounterSet;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.match.Matcher;
import io.stream53.schema.DnsPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;

/**
 * Seeded traffic of one node, numbered and with watermarks as an agent sends it: answered,
 * unanswered, late, mismatched, duplicate, retransmitted and unsolicited messages, and zone
 * transfers.
 */
final class Traffic {
    /** One record for dns.raw; {@code key} is empty for a watermark. */
    record Sent(int partition, byte[] key, DnsPacket packet) {}

    /** What a matcher makes of it, without Kafka. */
    record Expected(Map<String, Set<String>> idsByStatus, CounterSet counters) {}

    private static final long MILLI_US = 1_000;
    private static final long SECOND_US = 1_000_000;
    private static final List<String> TLDS = List.of("com", "org", "net", "de", "xn--p1ai", "arpa");

    private final Random random;
    private final int partitions;
    private final List<DnsPacket> messages = new ArrayList<>();

    Traffic(long seed, int partitions) {
        this.random = new Random(seed);
        this.partitions = partitions;
    }

    /** Traffic of so many clients, each with one transaction, 2 ms apart. */
    static List<Sent> of(long seed, int partitions, int clients) {
        Traffic traffic = new Traffic(seed, partitions);
        for (int client = 0; client < clients; client++) {
            traffic.client(client, Packets.START_US + client * 2L * MILLI_US);
        }
        traffic.messages.sort(Comparator.comparingLong(DnsPacket::getTimestampUs));
        return traffic.number();
    }

    /** Adds the messages of one client whose transaction begins then, in no order. */
    void client(int client, long at) {
        String name = "host" + client + ".example." + TLDS.get(client % TLDS.size());
        int kind = random.nextInt(100);
        long answer = at + MILLI_US + random.nextInt(900_000);
        if (kind == 99) {
            transfer(client, at);
            return;
        }
        if (kind != 98) {
            messages.add(Packets.query(client, name, at));
        }
        if (kind >= 70 && kind < 75) {
            messages.add(Packets.query(client, name, at + 500));
        }
        if (kind >= 75 && kind < 80) {
            messages.add(Packets.response(client, "spoofed.example.com", at + 600));
        }
        if (kind >= 80 && kind < 85) {
            messages.add(Packets.response(client, name, answer + MILLI_US));
        }
        if (kind < 85 || kind == 98) {
            messages.add(Packets.response(client, name, answer));
        } else if (kind < 90) {
            messages.add(Packets.response(client, name, at + 7 * SECOND_US));
        }
    }

    private void transfer(int client, long at) {
        messages.add(Packets.transfer(Packets.query(client, "example.com", at)));
        for (int i = 1; i <= 5; i++) {
            messages.add(
                    Packets.transfer(Packets.response(client, "example.com", at + i * SECOND_US)));
        }
    }

    /** What was added since the last call. */
    List<DnsPacket> take() {
        List<DnsPacket> taken = List.copyOf(messages);
        messages.clear();
        return taken;
    }

    private List<Sent> number() {
        List<Sent> sent = new ArrayList<>();
        Map<Integer, Long> sequences = new HashMap<>();
        long[] counts = new long[partitions];
        long nextWatermark = Packets.START_US;
        for (DnsPacket message : messages) {
            if (message.getTimestampUs() >= nextWatermark) {
                watermark(sent, sequences, counts, message.getTimestampUs() - 200 * MILLI_US);
                nextWatermark = message.getTimestampUs() + SECOND_US;
            }
            byte[] key = Packets.key(message);
            int partition = Utils.toPositive(Utils.murmur2(key)) % partitions;
            add(sent, sequences, new Sent(partition, key, message));
            counts[partition]++;
        }
        watermark(sent, sequences, counts, Long.MAX_VALUE);
        return sent;
    }

    /** What the agent left out on purpose beside so many messages. */
    static long filtered(long messages) {
        return messages / 100;
    }

    private void watermark(
            List<Sent> sent, Map<Integer, Long> sequences, long[] counts, long timeUs) {
        long messagesSent = Arrays.stream(counts).sum();
        for (int partition = 0; partition < partitions; partition++) {
            DnsPacket mark = Packets.watermark(Packets.NODE, Packets.RUN, timeUs);
            mark.setRunSent(messagesSent);
            mark.setPartitionSent(counts[partition]);
            mark.setLosses(Map.of("filtered", filtered(messagesSent)));
            mark.setCaptured(messagesSent + filtered(messagesSent));
            add(sent, sequences, new Sent(partition, new byte[0], mark));
        }
    }

    private static void add(List<Sent> sent, Map<Integer, Long> sequences, Sent record) {
        long number = sequences.merge(record.partition(), 1L, Long::sum) - 1;
        record.packet().setSequence(number);
        sent.add(record);
    }

    /** Matches each partition's records by a matcher of its own. */
    static Expected expected(List<Sent> records, int partitions) {
        Map<String, Set<String>> ids = new HashMap<>();
        CounterSet sum = new CounterSet();
        for (int partition = 0; partition < partitions; partition++) {
            CounterSet counters = new CounterSet();
            Matcher matcher =
                    new Matcher(
                            MatchSettings.DEFAULT,
                            transaction ->
                                    ids.computeIfAbsent(
                                                    transaction.status().name(),
                                                    status -> new HashSet<>())
                                            .add(transaction.id()),
                            counters);
            for (Sent record : records) {
                if (record.partition() == partition) {
                    feed(matcher, record);
                }
            }
            sum = sum.plus(counters);
        }
        return new Expected(ids, sum);
    }

    static void feed(Matcher matcher, Sent record) {
        DnsPacket packet = record.packet();
        if (packet.getKind().equals("watermark")) {
            matcher.advance(
                    packet.getNode(),
                    packet.getRun(),
                    packet.getTimestampUs(),
                    packet.getSamplingRate());
        } else {
            matcher.message(record.key(), packet, new byte[0]);
        }
    }

    static long messages(List<Sent> records) {
        return records.stream()
                .filter(record -> record.packet().getKind().equals("message"))
                .count();
    }

    /** A counter of the expected ledger. */
    static long get(Expected expected, ProcessorCounter counter) {
        return expected.counters().get(counter);
    }
}
