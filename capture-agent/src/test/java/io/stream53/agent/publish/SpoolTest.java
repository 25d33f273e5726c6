package io.stream53.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final int PARTITIONS = 3;
    private static final long RUN = 0x1234_5678_9abcL;
    private static final long MAX_BYTES = 2 << 20;
    private static final int SEGMENT = 128 << 10;
    private static final byte[] KEY = {1, 2, 3};

    /** A record as the sender gets it. */
    private record Read(
            long position, long run, long sequence, int partition, int kind, byte[] value) {
        DnsPacket packet() {
            return new SameSchemaReader<>(DnsPacket.class).read(value);
        }
    }

    @TempDir Path temporary;
    private final List<Spool> open = new ArrayList<>();
    private Path folder = Path.of("");
    private int copies;

    private Spool open(Path path) throws IOException {
        return open(path, MAX_BYTES);
    }

    private Spool open(Path path, long maxBytes) throws IOException {
        Spool spool = Spool.open(SpoolFolder.open(path), PARTITIONS, 7, maxBytes);
        open.add(spool);
        return spool;
    }

    private Spool fresh() throws IOException {
        folder = temporary.resolve("spool");
        Spool spool = open(folder);
        spool.begin(settings(RUN));
        return spool;
    }

    private static EncoderSettings settings(long run) {
        return new EncoderSettings("ns1", "ams", run, 7, MessageCarry.ALL, Set.of());
    }

    @AfterEach
    void letGo() {
        open.forEach(Spool::close);
    }

    /** What another process would find if this one were killed now. */
    private Path killed() throws IOException {
        Path copy = temporary.resolve("copy" + copies++);
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static boolean append(Spool spool, long run, int partition, int length) {
        byte[] value = new byte[5 + length];
        return spool.append(
                RecordLog.MESSAGE, run, partition, KEY, KEY.length, value, value.length);
    }

    private static void append(Spool spool, int records) {
        for (int i = 0; i < records; i++) {
            assertThat(append(spool, RUN, i % PARTITIONS, 100 + i % 50)).isTrue();
        }
    }

    private static List<Read> read(Spool spool) {
        List<Read> records = new ArrayList<>();
        LogCursor cursor = spool.log().cursor();
        while (cursor.read()) {
            records.add(
                    new Read(
                            cursor.position(),
                            cursor.run(),
                            cursor.sequence(),
                            cursor.partition(),
                            cursor.kind(),
                            cursor.value()));
            cursor.advance();
        }
        return records;
    }

    private static List<Read> messages(List<Read> records) {
        return records.stream().filter(r -> r.kind() == RecordLog.MESSAGE).toList();
    }

    private static void assertNoGaps(List<Read> records) {
        Map<List<Long>, Long> next = new HashMap<>();
        for (Read record : records) {
            List<Long> of = List.of(record.run(), (long) record.partition());
            assertThat(record.sequence()).isEqualTo(next.getOrDefault(of, 0L));
            next.put(of, record.sequence() + 1);
        }
    }

    @Test
    void whatAKilledProcessLeftComesFirstAndItsRunIsEnded() throws IOException {
        Spool spool = fresh();
        append(spool, 10);
        spool.totals(RUN, new RunTotals(15, 9, Map.of("shortHeader", 6L), 4));
        Spool next = open(killed());
        next.begin(settings(99));
        append(next, 99, 1, 10);
        List<Read> records = read(next);
        assertNoGaps(records);
        assertThat(messages(records)).hasSize(11);
        assertThat(records).extracting(Read::kind).endsWith(2, 2, 2, 0);
        assertThat(records.getLast().run()).isEqualTo(99);
        DnsPacket end = records.get(11).packet();
        assertThat(end.getFinal$()).isTrue();
        assertThat(end.getNode()).isEqualTo("ns1");
        assertThat(end.getSite()).isEqualTo("ams");
        assertThat(end.getRun()).isEqualTo(RUN);
        assertThat(end.getSequence()).isEqualTo(records.get(11).sequence());
        assertThat(end.getRunSent()).isEqualTo(10);
        assertThat(end.getPartitionSent()).isEqualTo(3);
        assertThat(end.getCaptured()).isEqualTo(16);
        assertThat(end.getLosses()).isEqualTo(Map.of("shortHeader", 6L));
        assertThat(end.getSamplingRate()).isEqualTo(4);
    }

    @Test
    void aRunThatEndedIsNotEndedAgain() throws IOException {
        Spool spool = fresh();
        append(spool, 10);
        spool.end(RUN, true);
        assertThat(read(open(killed()))).hasSize(10);
        assertThat(folder.toFile().list()).noneMatch(name -> name.startsWith("run-"));
    }

    @Test
    void aRunWhoseFinalWatermarksFoundNoRoomIsEndedByTheNextProcess() throws IOException {
        Spool spool = fresh();
        append(spool, 10);
        spool.end(RUN, false);
        assertThat(read(open(killed()))).hasSize(10 + PARTITIONS);
    }

    @Test
    void aRunIsEndedAlsoWhenKafkaHasAllItsRecords() throws IOException {
        Spool spool = fresh();
        append(spool, 10);
        acknowledge(spool, 10);
        List<Read> records = unacknowledged(open(killed()));
        assertThat(records).hasSize(3).allMatch(r -> r.packet().getFinal$());
        assertThat(records).extracting(Read::sequence).containsExactly(4L, 3L, 3L);
    }

    private static void acknowledge(Spool spool, int records) {
        LogCursor cursor = spool.log().cursor();
        for (int i = 0; i < records; i++) {
            assertThat(cursor.read()).isTrue();
            spool.acks().acknowledge(cursor.partition(), cursor.position());
            LogSegment segment = cursor.segment();
            cursor.advance();
            spool.log().done(segment);
        }
    }

    private static List<Read> unacknowledged(Spool spool) {
        return read(spool).stream()
                .filter(r -> !spool.acks().covers(r.partition(), r.position()))
                .toList();
    }

    @Test
    void whatKafkaAcknowledgedIsNotSentAgainAfterACrash() throws IOException {
        Spool spool = fresh();
        append(spool, 5000);
        acknowledge(spool, 3000);
        Spool next = open(killed());
        List<Read> left = unacknowledged(next);
        assertThat(messages(left)).hasSize(2000);
        assertThat(next.log().waiting()).isEqualTo(2000 + PARTITIONS);
    }

    @Test
    void placesInTheLogAreNotUsedTwiceEvenWhenTheSpoolWasEmptied() throws IOException {
        Spool spool = fresh();
        append(spool, 5000);
        acknowledge(spool, 5000);
        spool.end(RUN, true);
        spool.close();
        open.clear();
        Spool next = open(folder);
        next.begin(settings(98));
        append(next, 98, 0, 50);
        assertThat(unacknowledged(next)).hasSize(1);
    }

    @Test
    void aSecondAgentIsRefused() throws IOException {
        fresh();
        assertThatThrownBy(() -> SpoolFolder.open(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is in use by another agent");
    }

    @Test
    void nobodyElseMayRead() throws IOException {
        fresh();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .describedAs("%s", file)
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void aFullSpoolTakesNoMoreAndIsNoLargerThanItMay() throws IOException {
        Spool spool = fresh();
        int taken = 0;
        while (append(spool, RUN, taken % PARTITIONS, 1000)) {
            taken++;
        }
        assertThat(taken * 1000L).isBetween(MAX_BYTES * 8 / 10, MAX_BYTES);
        try (Stream<Path> files = Files.list(folder)) {
            long bytes =
                    files.filter(f -> f.toString().endsWith(".log"))
                            .mapToLong(f -> f.toFile().length())
                            .sum();
            assertThat(bytes).isLessThanOrEqualTo(MAX_BYTES);
        }
        Spool next = open(killed());
        List<Read> records = read(next);
        assertNoGaps(records);
        assertThat(messages(records)).hasSize(taken);
        assertThat(records).hasSize(taken + PARTITIONS);
    }

    @Test
    void aDiskThatIsFullIsNoErrorAndTheSpoolGrowsAgainWhenItIsNot() throws Exception {
        Spool spool = fresh();
        append(spool, 100);
        Path away = temporary.resolve("away");
        Files.move(folder, away); // no file can be made in it, and what is mapped stays
        int taken = 100;
        while (append(spool, RUN, taken % PARTITIONS, 1000)) {
            taken++;
        }
        assertThat(taken * 1000L).isLessThan(MAX_BYTES / 2);
        Files.move(away, folder);
        int before = taken;
        await().until(() -> append(spool, RUN, before % PARTITIONS, 1000));
        assertThat(messages(read(open(killed())))).hasSize(taken + 1);
    }

    @Test
    void aSpoolThatIsReadDryNeedsFewFiles() throws IOException {
        Spool spool = fresh();
        LogCursor cursor = spool.log().cursor();
        for (int round = 0; round < 200; round++) {
            append(spool, 200);
            for (int i = 0; i < 200; i++) {
                assertThat(cursor.read()).isTrue();
                LogSegment segment = cursor.segment();
                cursor.advance();
                spool.log().done(segment);
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(f -> f.toString().endsWith(".log")).count()).isLessThan(7);
        }
    }

    /**
     * The file of the log's n-th segment, from 0: which file that is, is chance. A file that was
     * being made when the process was killed is none yet.
     */
    private static Path segment(Path spool, int n) throws IOException {
        Map<Long, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(spool)) {
            for (Path file : all.filter(f -> f.toString().endsWith(".log")).toList()) {
                ByteBuffer header =
                        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
                long number =
                        header.capacity() < LogSegment.HEADER_BYTES
                                ? 0
                                : header.getLong((int) LogSegment.NUMBER_AT);
                if (number > 0) {
                    files.put(number, file);
                }
            }
        }
        return files.values().stream().skip(n).findFirst().orElseThrow();
    }

    /** Folder of a killed process, and where its last record lies. */
    private record Wreck(byte[] segment, Path file, int lastAt, int end, int records) {}

    private Wreck wreck(int records) throws IOException {
        Spool spool = fresh();
        append(spool, records);
        Path copy = killed();
        Path file = segment(copy, 0);
        byte[] bytes = Files.readAllBytes(file);
        int at = LogSegment.HEADER_BYTES;
        int last = at;
        while (ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(at) > 0) {
            last = at;
            int length = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(at);
            at += LogSegment.aligned(length);
        }
        return new Wreck(bytes, file, last, at, records);
    }

    private List<Read> recover(Wreck wreck, byte[] segment) throws IOException {
        Path copy = temporary.resolve("wreck" + copies++);
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(wreck.file.getParent())) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Files.write(copy.resolve(wreck.file.getFileName()), segment);
        Spool spool = open(copy);
        List<Read> records = read(spool);
        spool.close();
        open.remove(spool);
        return records;
    }

    private static long damage(List<Read> records) {
        return records.getLast().packet().getLosses().getOrDefault("spoolDamaged", 0L);
    }

    @Test
    void aLogCutAnywhereInItsLastRecordLosesThatRecordAloneAndSaysSo() throws IOException {
        Wreck wreck = wreck(7);
        for (int cut = wreck.lastAt; cut < wreck.end - 8; cut++) {
            byte[] segment = wreck.segment.clone();
            Arrays.fill(segment, cut, segment.length, (byte) 0);
            List<Read> records = recover(wreck, segment);
            boolean same = Arrays.equals(segment, wreck.segment);
            assertThat(messages(records)).describedAs("%s", cut).hasSize(same ? 7 : 6);
            assertThat(damage(records)).describedAs("%s", cut).isEqualTo(same ? 0 : 1);
            assertThat(records.getLast().packet().getFinal$()).isTrue();
        }
    }

    @Test
    void aFlippedBitCostsTheRecordsFromThereToTheSegmentsEndAndEachIsCounted() throws IOException {
        Wreck wreck = wreck(9);
        Random random = new Random(53);
        for (int i = 0; i < 200; i++) {
            int at = LogSegment.HEADER_BYTES + random.nextInt(wreck.end - 64);
            byte[] segment = wreck.segment.clone();
            segment[at] ^= (byte) (1 << random.nextInt(8));
            List<Read> records = recover(wreck, segment);
            int read = messages(records).size();
            assertThat(read).isLessThanOrEqualTo(9);
            if (read > PARTITIONS) {
                assertThat(read + damage(records)).isEqualTo(9);
            }
        }
    }

    @Test
    void aDamagedSegmentHidesNoneBehindIt() throws IOException {
        Spool spool = fresh();
        append(spool, 3000);
        List<Read> all = read(spool);
        long second = all.getFirst().position() + (1L << 32);
        assertThat(all).anyMatch(r -> r.position() > second + (1L << 32));
        Path copy = killed();
        Path file = segment(copy, 1);
        byte[] bytes = Files.readAllBytes(file);
        bytes[SEGMENT / 2] ^= 1;
        Files.write(file, bytes);
        List<Read> records = read(open(copy));
        List<Read> left = messages(records);
        assertThat(left.size()).isLessThan(3000);
        assertThat(left.getFirst().position()).isEqualTo(all.getFirst().position());
        assertThat(left.getLast().position()).isEqualTo(all.getLast().position());
        assertThat(damage(records)).isEqualTo(3000L - left.size());
    }

    @Test
    void aSegmentWithoutItsHeaderIsLeftOut() throws IOException {
        Spool spool = fresh();
        append(spool, 3000);
        Path copy = killed();
        Path file = segment(copy, 1);
        byte[] bytes = Files.readAllBytes(file);
        bytes[9] ^= 1;
        Files.write(file, bytes);
        List<Read> records = read(open(copy));
        List<Read> left = messages(records);
        assertThat(damage(records)).isEqualTo(3000L - left.size());
        assertThat(left.size()).isLessThan(2900);
    }

    @Test
    void killedAtAnyTimeItLosesNothingThatItTook() throws IOException {
        Random random = new Random(53);
        for (int round = 0; round < 20; round++) {
            folder = temporary.resolve("round" + round);
            Spool spool = open(folder);
            spool.begin(settings(RUN));
            int taken = 0;
            int acknowledged = 0;
            for (int i = 0; i < 10; i++) {
                int more = random.nextInt(400);
                append(spool, more);
                taken += more;
                int fewer = random.nextInt(taken - acknowledged + 1);
                LogCursor cursor = spool.log().cursor();
                int done = 0;
                while (done < fewer && cursor.read()) {
                    LogSegment segment = cursor.segment();
                    if (!spool.acks().covers(cursor.partition(), cursor.position())) {
                        spool.acks().acknowledge(cursor.partition(), cursor.position());
                        done++;
                        cursor.advance();
                        spool.log().done(segment);
                    } else {
                        cursor.advance();
                    }
                }
                acknowledged += done;
            }
            List<Read> left = unacknowledged(open(killed()));
            assertThat(messages(left)).hasSize(taken - acknowledged);
            assertThat(left).hasSize(taken - acknowledged + PARTITIONS);
        }
    }

    @Test
    void aSpoolOfAnotherTopicIsRefused() throws IOException {
        try (SpoolFolder mine = SpoolFolder.open(temporary.resolve("topics"))) {
            assertThat(mine.partitions("dns.raw")).isZero();
            mine.remember("dns.raw", 48);
            mine.remember("dns.raw", 48);
            assertThat(mine.partitions("dns.raw")).isEqualTo(48);
            assertThatThrownBy(() -> mine.partitions("other"))
                    .hasMessageContaining("belongs to the topic dns.raw, not to other");
        }
    }
}
