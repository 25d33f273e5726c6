package io.stream53.processor;

import io.stream53.schema.DnsPacket;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Utils;

/**
 * One node's traffic with an attack amid it, numbered and with a watermark a second as an agent
 * sends it: random names below {@link #VICTIM}, which do not exist.
 */
final class AttackTraffic {
    static final String VICTIM = "victim.example";
    static final int SECONDS = 110;
    static final int ATTACK_FROM = 10;
    static final int ATTACK_TO = 80;

    private static final long SECOND_US = 1_000_000;
    private static final int QUERIES_A_SECOND = 60;
    private static final int NXDOMAIN = 3;

    private final int partitions;
    private final long[] sequences;
    private final long[] counts;
    private final List<Traffic.Sent> records = new ArrayList<>();

    private AttackTraffic(int partitions) {
        this.partitions = partitions;
        sequences = new long[partitions];
        counts = new long[partitions];
    }

    /** The records of each second, and behind them those of the end. */
    static List<List<Traffic.Sent>> bySecond(int partitions) {
        AttackTraffic traffic = new AttackTraffic(partitions);
        List<List<Traffic.Sent>> seconds = new ArrayList<>();
        for (int second = 0; second < SECONDS; second++) {
            traffic.second(second);
            seconds.add(traffic.take());
        }
        traffic.watermark(Long.MAX_VALUE);
        seconds.add(traffic.take());
        return seconds;
    }

    private void second(int second) {
        boolean attacked = second >= ATTACK_FROM && second < ATTACK_TO;
        long start = Packets.START_US + second * SECOND_US;
        for (int i = 0; i < QUERIES_A_SECOND; i++) {
            int client = second * QUERIES_A_SECOND + i;
            String name = attacked ? "x" + client * 7919L + '.' + VICTIM : "www.example";
            long at = start + i * 10_000L;
            message(Packets.query(client, name, at));
            DnsPacket response = Packets.response(client, name, at + 500);
            response.setRcode(attacked ? NXDOMAIN : 0);
            message(response);
        }
        watermark(start + SECOND_US);
    }

    private void message(DnsPacket packet) {
        byte[] key = Packets.key(packet);
        int partition = Utils.toPositive(Utils.murmur2(key)) % partitions;
        counts[partition]++;
        add(partition, key, packet);
    }

    private void watermark(long timeUs) {
        long sent = java.util.Arrays.stream(counts).sum();
        for (int partition = 0; partition < partitions; partition++) {
            DnsPacket mark = Packets.watermark(Packets.NODE, Packets.RUN, timeUs);
            mark.setRunSent(sent);
            mark.setPartitionSent(counts[partition]);
            mark.setCaptured(sent);
            add(partition, new byte[0], mark);
        }
    }

    private void add(int partition, byte[] key, DnsPacket packet) {
        packet.setSequence(sequences[partition]++);
        records.add(new Traffic.Sent(partition, key, packet));
    }

    private List<Traffic.Sent> take() {
        List<Traffic.Sent> taken = List.copyOf(records);
        records.clear();
        return taken;
    }
}
