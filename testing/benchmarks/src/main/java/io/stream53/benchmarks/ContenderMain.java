package io.stream53.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A contender in its own process. Each line on standard input is a number of milliseconds to
 * measure for; the answer is {@code records nanoseconds CPU-nanoseconds}, and the records of all
 * its life. The end of the input ends it.
 *
 * <p>Arguments: contender, bootstrap, registry, state folder, MMDB file.
 */
public final class ContenderMain {
    /** Work before a measurement, so that what the pause left behind is in none. */
    private static final int SETTLE_MS = 500;

    /** At first it has to join its group, and to be given its partition. */
    private static final int START_MS = 60_000;

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private ContenderMain() {}

    public static void main(String[] arguments) throws Exception {
        var place =
                new StreamsContender.Place(
                        arguments[1], arguments[2], Path.of(arguments[3]), Path.of(arguments[4]));
        try (Running contender = start(Contender.valueOf(arguments[0]), place);
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(measure(contender, Integer.parseInt(line)));
            }
        }
        System.exit(0);
    }

    private static Running start(Contender contender, StreamsContender.Place place)
            throws IOException {
        return switch (contender) {
            case COPY_LOOP -> new CopyLoop(place.bootstrap());
            case MATCHER -> StreamsContender.matcher(place);
            case TOPOLOGY -> StreamsContender.topology(place);
            case DSL_JOIN -> StreamsContender.dslJoin(place);
        };
    }

    private static String measure(Running contender, int milliseconds) throws InterruptedException {
        long before = contender.records();
        contender.resume();
        for (int i = 0; i < START_MS && contender.records() == before; i++) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
        long records = contender.records();
        long time = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        TimeUnit.MILLISECONDS.sleep(milliseconds);
        cpu = SYSTEM.getProcessCpuTime() - cpu;
        time = System.nanoTime() - time;
        records = contender.records() - records;
        contender.pause();
        return records + " " + time + " " + cpu + " " + contender.records();
    }
}
