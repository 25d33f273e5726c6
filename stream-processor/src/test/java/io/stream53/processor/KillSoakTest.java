package io.stream53.processor;

import io.stream53.fixtures.TestBroker;
import io.stream53.fixtures.TestRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instances that are killed at random under continuous load, and started again at random, some
 * while their partitions still move: nothing is lost and nothing doubled. Some have a name in the
 * group, so that they find their partitions again; one has none, and at times is stopped as it
 * should be.
 */
class KillSoakTest {
    private static final int PARTITIONS = 12;
    private static final int NODES = 2;
    private static final int CLIENTS_A_SECOND = 200;
    private static final int SECONDS_A_KILL = 30;
    private static final int LONGEST_ABSENCE_SECONDS = 12;

    /** Twenty kills in ten minutes are in the profile soak. */
    private static final int SECONDS = Integer.getInteger("stream53.kills.seconds", 15);

    @TempDir Path folder;

    @Test
    void randomKillsLoseAndDoubleNothing() throws Exception {
        long seed = Long.getLong("stream53.kills.seed", System.nanoTime());
        System.out.printf("kills: the seed is %d%n", seed);
        try (TestBroker broker = TestBroker.start();
                TestRegistry registry = TestRegistry.start()) {
            Pipeline pipeline =
                    new Pipeline(broker, registry, folder, "soak", PARTITIONS).createTopics();
            Load load = new Load(seed, PARTITIONS, NODES, CLIENTS_A_SECOND);
            try (Fleet fleet = new Fleet(pipeline)) {
                List<String> names =
                        SECONDS < 2 * SECONDS_A_KILL
                                ? List.of("named-1", "nameless")
                                : List.of("named-1", "named-2", "nameless");
                names.forEach(name -> add(fleet, name));
                try (Rig rig = Rig.start("kills", pipeline, fleet, load)) {
                    disturb(rig, names, new Random(seed));
                    rig.move("the last restarts", () -> {});
                    rig.endAndCheck();
                }
            }
        }
    }

    private static void disturb(Rig rig, List<String> names, Random random) throws Exception {
        int began = rig.elapsedSeconds();
        int kills = Math.max(1, SECONDS / SECONDS_A_KILL);
        for (int kill = 0; kill < kills; kill++) {
            int start = began + kill * SECONDS_A_KILL;
            rig.awaitSecond(start + random.nextInt(SECONDS_A_KILL / 3));
            List<String> victims = victims(rig.fleet(), names, random);
            for (String victim : victims) {
                take(rig, victim, random);
            }
            rig.awaitSecond(rig.elapsedSeconds() + random.nextInt(LONGEST_ABSENCE_SECONDS));
            for (String victim : victims) {
                add(rig.fleet(), victim);
            }
            rig.awaitSecond(start + Math.min(SECONDS, SECONDS_A_KILL));
        }
    }

    /** One, and now and then two at once. */
    private static List<String> victims(Fleet fleet, List<String> names, Random random) {
        List<String> running = new ArrayList<>(names);
        running.retainAll(fleet.names());
        java.util.Collections.shuffle(running, random);
        return List.copyOf(running.subList(0, random.nextInt(5) == 0 ? 2 : 1));
    }

    private static void take(Rig rig, String victim, Random random) throws Exception {
        boolean stopped = victim.equals("nameless") && random.nextInt(3) == 0;
        System.out.printf(
                "kills: second %d: %s %s%n",
                rig.elapsedSeconds(), victim, stopped ? "is stopped" : "is killed");
        if (stopped) {
            rig.fleet().stop(victim);
        } else {
            rig.fleet().kill(victim);
        }
    }

    private static void add(Fleet fleet, String name) {
        fleet.add(name, name.equals("nameless") ? "" : "instance-id = " + name);
    }
}
