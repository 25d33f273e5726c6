package io.stream53.processor;

import io.stream53.schema.DnsPacket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Seeded traffic of one node as its agent sends it to one partition: numbered, with a watermark
 * each second of event time until one has passed the last message by 76 s. Its clock may be wrong,
 * and it may be a replay of an old capture, which comes faster. All names are in a top-level domain
 * of the node's own.
 */
final class NodeTraffic {
    /** A record and when it arrives, in milliseconds of true time from the beginning. */
    record Arriving(long atMs, DnsPacket packet) {}

    private static final long SECOND_US = 1_000_000;
    private static final long REST_US = 76 * SECOND_US;
    private static final long SKEW_US = 200_000;
    private static final int NAMES_A_SECOND = 40;
    private static final int NXDOMAIN = 3;

    final String node;
    private final long run;
    private final Random random;
    private final List<DnsPacket> messages = new ArrayList<>();
    private final Map<Long, Long> sequences = new HashMap<>();
    private long clockErrorUs;
    private long beginMs;
    private double speed = 1;
    private boolean ends = true;
    private long watermarkEveryUs = SECOND_US;
    private int clients;

    NodeTraffic(String node, long run, long seed) {
        this.node = node;
        this.run = run;
        this.random = new Random(seed);
    }

    /** The node's clock is ahead of the true time, or behind it. */
    NodeTraffic clockIsAheadBy(long seconds) {
        clockErrorUs = seconds * SECOND_US;
        return this;
    }

    /** What it captured before the beginning arrives so much faster, from a second on. */
    NodeTraffic replayedAt(long second, double times) {
        beginMs = second * 1000;
        speed = times;
        watermarkEveryUs = 60 * SECOND_US;
        return this;
    }

    /** The node dies: no last watermark, nor any behind its last message. */
    NodeTraffic dies() {
        ends = false;
        return this;
    }

    /** So many transactions, evenly from one second of true time to another. */
    NodeTraffic transactions(long fromSecond, long toSecond, int count) {
        for (int i = 0; i < count; i++) {
            long us = fromSecond * SECOND_US + (toSecond - fromSecond) * SECOND_US * i / count;
            transaction(Packets.START_US + clockErrorUs + us);
        }
        return this;
    }

    /** Names that do not exist, forty a second, from one second of true time to another. */
    NodeTraffic attack(long fromSecond, long toSecond) {
        for (long i = fromSecond * NAMES_A_SECOND; i < toSecond * NAMES_A_SECOND; i++) {
            long at = Packets.START_US + clockErrorUs + i * SECOND_US / NAMES_A_SECOND;
            int client = clients++;
            String name = "x%d.victim.%s".formatted(client * 7919L, node);
            message(Packets.query(client, name, at));
            DnsPacket response = Packets.response(client, name, at + 500);
            response.setRcode(NXDOMAIN);
            message(response);
        }
        return this;
    }

    private void transaction(long at) {
        int client = clients++;
        String name = "host" + client % 50 + ".example." + node;
        int kind = random.nextInt(20);
        long answer = at + 1_000 + random.nextInt(400_000);
        message(Packets.query(client, name, at));
        if (kind == 0) {
            message(Packets.query(client, name, at + 500));
        }
        if (kind == 1) {
            message(Packets.response(client, "spoofed.example." + node, at + 600));
        }
        if (kind == 2) {
            message(Packets.response(client, name, answer + 1_000));
        }
        if (kind < 16) {
            message(Packets.response(client, name, answer));
        } else if (kind == 16) {
            message(Packets.response(client, name, at + 7 * SECOND_US));
        }
    }

    private void message(DnsPacket packet) {
        packet.setNode(node);
        packet.setRun(run);
        messages.add(packet);
    }

    /** All records in the order of sending. */
    List<Arriving> sent() {
        messages.sort(Comparator.comparingLong(DnsPacket::getTimestampUs));
        List<Arriving> sent = new ArrayList<>();
        long next = messages.getFirst().getTimestampUs();
        long last = Long.MIN_VALUE;
        long count = 0;
        for (DnsPacket message : messages) {
            for (; next <= message.getTimestampUs(); next += watermarkEveryUs) {
                if (last == Long.MIN_VALUE || next - last <= REST_US + watermarkEveryUs) {
                    sent.add(watermark(next, next - SKEW_US, count));
                }
            }
            sent.add(numbered(message.getTimestampUs(), message));
            last = message.getTimestampUs();
            count++;
        }
        if (ends) {
            sent.add(watermark(last + SECOND_US, Long.MAX_VALUE, count));
        }
        return sent;
    }

    private Arriving watermark(long atUs, long timeUs, long messagesSent) {
        DnsPacket mark = Packets.watermark(node, run, timeUs);
        mark.setRunSent(messagesSent);
        mark.setPartitionSent(messagesSent);
        mark.setCaptured(messagesSent);
        return numbered(atUs, mark);
    }

    private Arriving numbered(long atUs, DnsPacket packet) {
        packet.setSequence(sequences.merge(run, 1L, Long::sum) - 1);
        long trueUs = atUs - clockErrorUs - Packets.START_US;
        long first = messages.getFirst().getTimestampUs() - clockErrorUs - Packets.START_US;
        double sinceUs = speed == 1 ? trueUs : (trueUs - first) / speed;
        return new Arriving(beginMs + (long) (sinceUs / 1000), packet);
    }
}
