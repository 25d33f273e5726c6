package io.stream53.processor.match;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Seeded random traffic of two nodes over few keys and questions, so that everything that can
 * happen under one key happens. Messages arrive out of order by less than the skew.
 */
final class Traffic {
    static final List<String> NODES = List.of("ns1", "ns2");
    private static final int TRANSFER = 3;

    /** A message, and for each node the highest watermark that is true behind it. */
    record Step(Msg message, Map<String, Long> watermarks) {}

    private final Random random;
    private final long grainUs;
    private final List<Msg> messages = new ArrayList<>();
    private final Set<Long> times = new HashSet<>();

    /**
     * An empty one.
     *
     * @param grainUs 1: every message has a time of its own; above: times are multiples of it, many
     *     alike
     */
    Traffic(long seed, long grainUs) {
        this.random = new Random(seed);
        this.grainUs = grainUs;
    }

    /** Exchanges over few keys and questions. */
    Traffic exchanges(int count) {
        long start = 0;
        for (int i = 0; i < count; i++) {
            start += random.nextInt(1_000);
            exchange(start, random.nextInt(5), random.nextInt(TRANSFER + 1));
        }
        return this;
    }

    /** Exchanges that each have a key of their own, one query, and up to three responses. */
    Traffic separateExchanges(int count) {
        for (int i = 0; i < count; i++) {
            long start = 200L * i;
            add(asking(Msg.query(name(0)), i, 0), start);
            for (int r = random.nextInt(4); r > 0; r--) {
                add(asking(Msg.response(name(0)), i, 0), start + random.nextInt(8_000));
            }
        }
        return this;
    }

    private void exchange(long start, int port, int question) {
        String node = NODES.get(random.nextInt(3) / 2);
        long us = start;
        for (int i = random.nextInt(4); i > 0; i--) {
            add(asking(Msg.query(name(question)), port, question).node(node), us);
            us += random.nextInt(4_000);
        }
        us = start;
        for (int i = random.nextInt(question == TRANSFER ? 6 : 3); i > 0; i--) {
            us += random.nextInt(random.nextInt(3) == 0 ? 12_000 : 500);
            Msg response =
                    random.nextInt(12) == 0
                            ? Msg.responseWithoutQuestion().port(port)
                            : asking(Msg.response(name(question)), port, question);
            add(response.node(node), us);
        }
    }

    private static Msg asking(Msg message, int port, int question) {
        Msg asked = question == TRANSFER ? message.type(252) : message;
        return port == 4 ? asked.port(port).protocol("doh") : asked.port(port);
    }

    private static String name(int question) {
        return "q" + question + ".test";
    }

    private void add(Msg message, long us) {
        long time = us / grainUs * grainUs;
        while (!times.add(time) && grainUs == 1) {
            time++;
        }
        messages.add(message.at(time));
    }

    /** The messages in order of arrival. */
    List<Step> steps() {
        Map<Msg, Long> arrivals = new HashMap<>();
        for (Msg message : messages) {
            long delay = random.nextInt((int) Play.SKEW);
            arrivals.put(message, message.packet().getTimestampUs() + delay);
        }
        messages.sort(Comparator.comparing(arrivals::get));
        List<Step> steps = new ArrayList<>();
        Map<String, Long> lowest = new HashMap<>();
        NODES.forEach(node -> lowest.put(node, Long.MAX_VALUE - 1));
        for (Msg message : messages.reversed()) {
            steps.add(new Step(message, Map.copyOf(lowest)));
            lowest.merge(message.packet().getNode(), message.packet().getTimestampUs(), Math::min);
        }
        return steps.reversed();
    }
}
