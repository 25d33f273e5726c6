package io.stream53.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordLogTest {
    private static final int QUEUE = 1 << 20;
    private static final int SEGMENT = QUEUE / 8;

    private final RecordLog log = new RecordLog(new MemorySegments(QUEUE), 0x01020304, false);
    private final LogCursor cursor = log.cursor();
    private long number;

    private boolean append(int kind, int length) {
        byte[] value = new byte[length + 5];
        ByteBuffer.wrap(value, 5, length).putLong(number);
        byte[] key = kind == RecordLog.MESSAGE ? new byte[] {1, (byte) number} : new byte[0];
        boolean taken = log.append(kind, 77, number, 3, key, key.length, value, 5, length);
        number += taken ? 1 : 0;
        return taken;
    }

    private int appendUntilFull(int kind, int length) {
        int taken = 0;
        while (append(kind, length)) {
            taken++;
        }
        return taken;
    }

    private List<Long> readAll(boolean done) {
        List<Long> numbers = new ArrayList<>();
        while (cursor.read()) {
            numbers.add(cursor.sequence());
            assertThat(ByteBuffer.wrap(cursor.value()).getLong(5)).isEqualTo(cursor.sequence());
            LogSegment segment = cursor.segment();
            cursor.advance();
            if (done) {
                log.done(segment);
            }
        }
        return numbers;
    }

    @Test
    void aRecordComesOutAsItWentIn() {
        append(RecordLog.MESSAGE, 100);
        append(RecordLog.WATERMARK, 50);
        assertThat(cursor.read()).isTrue();
        assertThat(cursor.run()).isEqualTo(77);
        assertThat(cursor.sequence()).isZero();
        assertThat(cursor.partition()).isEqualTo(3);
        assertThat(cursor.kind()).isEqualTo(RecordLog.MESSAGE);
        assertThat(cursor.key()).containsExactly(1, 0);
        assertThat(cursor.value()).hasSize(105).startsWith(0, 1, 2, 3, 4);
        cursor.advance();
        assertThat(cursor.read()).isTrue();
        assertThat(cursor.kind()).isEqualTo(RecordLog.WATERMARK);
        assertThat(cursor.key()).isNull();
        cursor.advance();
        assertThat(cursor.read()).isFalse();
        assertThat(append(RecordLog.MESSAGE, 8)).isTrue();
        assertThat(cursor.read()).isTrue();
    }

    @Test
    void recordsOfAnySizeComeOutInOrderWhileTheLogGoesRoundAndRound() {
        Random random = new Random(53);
        long read = 0;
        while (number < 100_000) {
            int burst = random.nextInt(300);
            for (int i = 0;
                    i < burst && append(RecordLog.MESSAGE, 8 + random.nextInt(2000));
                    i++) {}
            for (long sequence : readAll(true)) {
                assertThat(sequence).isEqualTo(read++);
            }
        }
        assertThat(read).isEqualTo(number);
        assertThat(log.isDone()).isTrue();
    }

    @Test
    void aFullLogTakesNothingAndChangesNothing() {
        int most = appendUntilFull(RecordLog.MESSAGE, 1000);
        assertThat(most * 1000L).isBetween(6L * SEGMENT * 9 / 10, 7L * SEGMENT);
        assertThat(append(RecordLog.MESSAGE, 1000)).isFalse();
        assertThat(readAll(true)).hasSize(most);
        assertThat(appendUntilFull(RecordLog.MESSAGE, 1000)).isGreaterThan(most * 8 / 10);
        assertThat(readAll(true).getFirst()).isEqualTo(most);
    }

    @Test
    void whatWasReadKeepsItsRoomUntilItIsDone() {
        int most = appendUntilFull(RecordLog.MESSAGE, 1000);
        assertThat(readAll(false)).hasSize(most);
        assertThat(append(RecordLog.MESSAGE, 1000)).isFalse();
        assertThat(log.waiting()).isEqualTo(most);
        cursor.rewind();
        assertThat(readAll(true)).hasSize(most);
        assertThat(append(RecordLog.MESSAGE, 1000)).isTrue();
    }

    @Test
    void aLogFullOfMessagesHasRoomForWatermarksAndMostForFinalOnes() {
        appendUntilFull(RecordLog.MESSAGE, 1000);
        assertThat(appendUntilFull(RecordLog.WATERMARK, 200)).isPositive();
        assertThat(append(RecordLog.MESSAGE, 8)).isFalse();
        assertThat(appendUntilFull(RecordLog.FINAL, 200) * 200).isGreaterThan(SEGMENT / 3);
        List<Long> all = readAll(true);
        assertThat(all).hasSize((int) number);
    }

    @Test
    void takesARecordAsLongAsItSaysAndNoneLonger() {
        int most = log.mostContentBytes();
        assertThat(append(RecordLog.MESSAGE, most - 2)).isTrue();
        assertThat(append(RecordLog.MESSAGE, most - 2 + 8)).isFalse();
        assertThat(readAll(true)).containsExactly(0L);
    }

    @Test
    void aQueueLiesInTheHeapWhoseSizeIsChecked() {
        LogSegment segment = Objects.requireNonNull(new MemorySegments(QUEUE).take());
        assertThat(segment.mapped().isNative()).isFalse();
        assertThat(segment.mapped().byteSize()).isEqualTo(SEGMENT);
    }

    @Test
    void aFileThatIsDoneAndCannotBeMappedStopsNoAppend(@TempDir Path folder) {
        int bytes = 1 << 16;
        try (RecordLog files =
                new RecordLog(new FileSegments(folder, bytes, 8, 1, 2), 7, true, 2)) {
            LogSegment gone = new LogSegment(folder.resolve("segment-000001.log"), bytes, true);
            gone.sealed = true;
            files.adopt(gone);
            byte[] value = new byte[1000];
            int taken = 0;
            while (files.append(RecordLog.MESSAGE, 1, 0, 0, value, 1, value, 5, 995)) {
                taken++;
            }
            assertThat(files.storedBytes()).isEqualTo(7L * bytes);
            assertThat(taken).isGreaterThan(7 * 55);
        }
    }

    @Test
    void aThreadReadsWhileAnotherWrites() throws InterruptedException {
        int records = 200_000;
        List<Long> numbers = new ArrayList<>();
        Thread reading =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (numbers.size() < records) {
                                        numbers.addAll(readAll(true));
                                        Thread.onSpinWait();
                                    }
                                });
        while (number < records) {
            if (!append(RecordLog.MESSAGE, 8 + (int) (number % 700))) {
                log.awaitRoom();
            }
        }
        reading.join();
        for (int i = 0; i < records; i++) {
            assertThat(numbers.get(i)).isEqualTo(i);
        }
    }
}
