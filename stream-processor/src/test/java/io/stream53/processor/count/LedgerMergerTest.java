package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.schema.DnsPacket;
import io.stream53.schema.NodeLedger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents, partitions and a merger: what dns.ledger says of it. */
class LedgerMergerTest {
    private static final int PARTITIONS = 4;
    private static final long SECOND_US = 1_000_000;
    private static final long MINUTE_US = 60 * SECOND_US;
    private static final long START_US =
            Instant.parse("2026-11-22T16:00:00Z").toEpochMilli() * 1000;

    private final World world = new World();

    /** One run of an agent; it numbers and totals as agents do. */
    private final class Run {
        private final String node;
        private final long run;
        private final long[] sequence = new long[PARTITIONS];
        private final long[] messages = new long[PARTITIONS];
        private final boolean[] awaits = new boolean[PARTITIONS];
        private final Map<String, Long> dropped = new TreeMap<>();
        private long captured;
        private long sent;
        private int rate = 1;

        Run(String node, long run) {
            this.node = node;
            this.run = run;
        }

        /** A message that is sent; unread when the partition's record is lost. */
        DnsPacket message(int partition, long us) {
            return message(partition, us, false);
        }

        DnsPacket message(int partition, long us, boolean lost) {
            captured++;
            sent++;
            DnsPacket packet = packet("message", partition, us);
            messages[partition]++;
            awaits[partition] = true;
            if (!lost) {
                world.read(partition, packet);
            }
            return packet;
        }

        Run drop(String reason) {
            captured++;
            dropped.merge(reason, 1L, Long::sum);
            return this;
        }

        /** What no broker acknowledged had been sent. */
        Run givenUp(String reason) {
            dropped.merge(reason, 1L, Long::sum);
            return this;
        }

        Run watermark(long us) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                if (awaits[partition]) {
                    world.read(partition, watermark(partition, us, false));
                }
            }
            return this;
        }

        /** The partition gets no watermarks until its next message. */
        Run settled(int partition) {
            awaits[partition] = false;
            return this;
        }

        Run end(int... without) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                int at = partition;
                DnsPacket last = watermark(partition, Long.MAX_VALUE, true);
                if (last.getSequence() > 0
                        && java.util.Arrays.stream(without).noneMatch(p -> p == at)) {
                    world.read(partition, last);
                }
            }
            return this;
        }

        private DnsPacket watermark(int partition, long us, boolean last) {
            DnsPacket packet = packet("watermark", partition, us);
            packet.setCaptured(captured);
            packet.setRunSent(sent);
            packet.setPartitionSent(messages[partition]);
            packet.setLosses(Map.copyOf(dropped));
            packet.setFinal$(last);
            return packet;
        }

        private DnsPacket packet(String kind, int partition, long us) {
            return DnsPacket.newBuilder()
                    .setKind(kind)
                    .setNode(node)
                    .setRun(run)
                    .setSequence(sequence[partition]++)
                    .setTimestampUs(us)
                    .setSamplingRate(rate)
                    .build();
        }
    }

    /** The processor: tasks, the topic between them, a merger; any of them may be restarted. */
    private static final class World {
        private final List<RunFigures> tasks = new ArrayList<>();
        private final List<Map<Long, Long>> sequences = new ArrayList<>();
        private final List<MapState> taskStates = new ArrayList<>();
        private final MapState mergerState = new MapState();
        private LedgerMerger merger = new LedgerMerger(60);
        private long passedUs = Long.MIN_VALUE;
        private final List<NodeLedger> records = new ArrayList<>();
        private final Map<String, NodeLedger> last = new TreeMap<>();
        private int refused;

        World() {
            for (int i = 0; i < PARTITIONS; i++) {
                tasks.add(new RunFigures(100));
                sequences.add(new HashMap<>());
                taskStates.add(new MapState());
            }
        }

        void read(int partition, DnsPacket packet) {
            Long before = sequences.get(partition).get(packet.getRun());
            if (before != null && packet.getSequence() <= before) {
                tasks.get(partition).redelivered(packet);
                return;
            }
            sequences.get(partition).put(packet.getRun(), packet.getSequence());
            if (packet.getKind().equals("message")) {
                tasks.get(partition).message(packet);
            } else {
                tasks.get(partition).watermark(packet);
            }
        }

        World send(int partition) {
            for (CountMessage.RunPart part : tasks.get(partition).takeParts()) {
                var received = (CountMessage.RunPart) CountMessage.decode(part.encode());
                assertThat(received).isEqualTo(part);
                refused += merger.accept(received) ? 0 : 1;
            }
            return this;
        }

        World send() {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                send(partition);
            }
            return this;
        }

        /** All tasks have come so far. */
        World passed(long us) {
            passedUs = us;
            return this;
        }

        World emit() {
            emitted(merger.takeUpdates());
            emitted(merger.takeFinals(start -> start * 1000 + MINUTE_US < passedUs));
            return this;
        }

        private void emitted(List<NodeLedger> out) {
            records.addAll(out);
            out.forEach(record -> last.put(LedgerMerger.recordKey(record), record));
        }

        void restartTask(int partition) {
            tasks.get(partition).drain(taskStates.get(partition));
            RunFigures next = new RunFigures(100);
            taskStates.get(partition).restoreTo(next::restore);
            tasks.set(partition, next);
        }

        void restartMerger() {
            merger.drain(mergerState);
            merger = new LedgerMerger(60);
            mergerState.restoreTo(merger::restore);
        }

        NodeLedger at(String node, String minute) {
            NodeLedger record = last.get(node + "|2026-11-22T16:" + minute + ":00Z");
            assertThat(record)
                    .as(() -> node + " at " + minute + " of " + last.keySet())
                    .isNotNull();
            return Objects.requireNonNull(record);
        }

        long sum(java.util.function.ToLongFunction<NodeLedger> figure) {
            return last.values().stream().mapToLong(figure).sum();
        }
    }

    @Test
    void aMinuteSaysWhatBecameOfEveryMessage() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.message(1, START_US + 2);
        run.message(1, START_US + 3, true);
        run.drop("kernel").drop("kernel").drop("filtered");
        run.watermark(START_US + SECOND_US);
        NodeLedger record = finalRecords().at("ns1", "00");
        assertThat(record.getCaptured()).isEqualTo(6);
        assertThat(record.getDropped()).isEqualTo(Map.of("kernel", 2L, "filtered", 1L));
        assertThat(record.getSent()).isEqualTo(3);
        assertThat(record.getRead()).isEqualTo(2);
        assertThat(record.getLost()).isEqualTo(1);
        assertThat(record.getUnread()).isZero();
        assertThat(record.getRuns()).isEqualTo(1);
        assertThat(record.getEnded()).isZero();
        assertThat(record.getBalanced()).isTrue();
        assertThat(record.getFinal$()).isTrue();
        assertThat(record.getWindowEnd()).isEqualTo(Instant.parse("2026-11-22T16:01:00Z"));
    }

    private World finalRecords() {
        return world.send().passed(START_US + 60 * MINUTE_US).emit();
    }

    @Test
    void aMinuteIsTheDifferenceToTheMinuteBefore() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.drop("kernel").watermark(START_US + SECOND_US);
        run.message(2, START_US + MINUTE_US);
        run.message(0, START_US + MINUTE_US);
        run.drop("sampled").watermark(START_US + MINUTE_US);
        World end = finalRecords();
        assertThat(end.at("ns1", "00").getCaptured()).isEqualTo(2);
        NodeLedger second = end.at("ns1", "01");
        assertThat(second.getCaptured()).isEqualTo(3);
        assertThat(second.getDropped()).isEqualTo(Map.of("sampled", 1L));
        assertThat(second.getRead()).isEqualTo(2);
        assertThat(second.getBalanced()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"publishFailed", "spoolDamaged"})
    void whatWasGivenUpAfterItWasNumberedWasSentAndIsLost(String reason) {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1, true);
        run.message(0, START_US + 2);
        run.givenUp(reason).watermark(START_US + SECOND_US);
        NodeLedger record = finalRecords().at("ns1", "00");
        // The task joined late as far as it can tell: the run's first record is missing.
        assertThat(record.getLost() + record.getUnread()).isEqualTo(1);
        assertThat(record.getSent()).isEqualTo(2);
        assertThat(record.getBalanced()).isTrue();
    }

    @Test
    void partitionsThatReportLaterCorrectTheMinute() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.message(1, START_US + 1);
        run.watermark(START_US + SECOND_US);
        world.send(0).emit();
        NodeLedger first = world.at("ns1", "00");
        assertThat(first.getBalanced()).isFalse();
        assertThat(first.getFinal$()).isFalse();
        assertThat(first.getSent()).isEqualTo(2);
        assertThat(first.getRead()).isEqualTo(1);
        world.send(1).passed(START_US + 2 * MINUTE_US).emit();
        assertThat(world.at("ns1", "00").getBalanced()).isTrue();
        assertThat(world.at("ns1", "00").getFinal$()).isTrue();
    }

    @Test
    void whatComesAfterAMinuteWasFinalCorrectsIt() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.message(1, START_US + 1);
        run.watermark(START_US + SECOND_US);
        world.send(0).passed(START_US + 2 * MINUTE_US).emit();
        assertThat(world.at("ns1", "00").getFinal$()).isTrue();
        assertThat(world.at("ns1", "00").getBalanced()).isFalse();
        world.send(1).emit();
        assertThat(world.at("ns1", "00").getBalanced()).isTrue();
        assertThat(world.at("ns1", "00").getFinal$()).isTrue();
        assertThat(world.records)
                .extracting(NodeLedger::getFinal$)
                .containsExactly(false, true, true);
    }

    @Test
    void aPartitionThatIsSettledHoldsNothingUpAndUpsetsNoSum() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.message(1, START_US + 1);
        run.watermark(START_US + SECOND_US).settled(1);
        run.message(0, START_US + MINUTE_US).getTimestampUs();
        run.watermark(START_US + MINUTE_US);
        World end = finalRecords();
        assertThat(end.last.values()).hasSize(2).allMatch(NodeLedger::getBalanced);
        assertThat(end.at("ns1", "01").getSent()).isEqualTo(1);
    }

    @Test
    void whatComesBehindTheLastWatermarkBelongsToTheRunsEnd() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.watermark(START_US + 59 * SECOND_US);
        run.message(1, START_US + 59 * SECOND_US + 1);
        run.message(2, START_US + MINUTE_US + 1);
        run.drop("kernel").end();
        world.send(1).emit();
        world.send(2).emit();
        World end = finalRecords();
        assertThat(end.at("ns1", "00").getSent()).isEqualTo(1);
        assertThat(end.at("ns1", "00").getEnded()).isZero();
        NodeLedger last = end.at("ns1", "01");
        assertThat(last.getSent()).isEqualTo(2);
        assertThat(last.getRead()).isEqualTo(2);
        assertThat(last.getEnded()).isEqualTo(1);
        assertThat(last.getCrashed()).isZero();
        assertThat(end.last.values()).allMatch(NodeLedger::getBalanced);
    }

    @Test
    void twoRunsOfANodeInOneMinuteAddUp() {
        Run first = new Run("ns1", 1);
        first.message(0, START_US + 1);
        first.end();
        Run second = new Run("ns1", 2);
        second.message(0, START_US + 2);
        second.drop("kernel").end();
        NodeLedger record = finalRecords().at("ns1", "00");
        assertThat(record.getRuns()).isEqualTo(2);
        assertThat(record.getEnded()).isEqualTo(2);
        assertThat(record.getCaptured()).isEqualTo(3);
        assertThat(record.getBalanced()).isTrue();
    }

    @Test
    void nodesHaveRecordsOfTheirOwn() {
        new Run("ns1", 1).drop("kernel").message(0, START_US);
        Run other = new Run("ns2", 2);
        other.message(0, START_US);
        other.end();
        World end = finalRecords();
        assertThat(end.last).hasSize(1);
        assertThat(end.at("ns2", "00").getCaptured()).isEqualTo(1);
    }

    @Test
    void aCrashedRunIsSaidToBeOneAndLeavesTheMinuteUnbalancedByWhatItNeverTold() {
        Run crashed = new Run("ns1", 1);
        crashed.message(0, START_US + 1);
        crashed.watermark(START_US + SECOND_US);
        crashed.message(0, START_US + 2 * SECOND_US);
        Run next = new Run("ns1", 2);
        next.message(0, START_US + 3 * SECOND_US);
        next.end();
        NodeLedger record = finalRecords().at("ns1", "00");
        assertThat(record.getCrashed()).isEqualTo(1);
        assertThat(record.getEnded()).isEqualTo(1);
        assertThat(record.getRuns()).isEqualTo(2);
        assertThat(record.getSent()).isEqualTo(2);
        assertThat(record.getRead()).isEqualTo(3);
        assertThat(record.getBalanced()).isFalse();
    }

    @Test
    void aCrashedRunThatHadToldOfAllItSentLeavesTheMinuteBalanced() {
        Run crashed = new Run("ns1", 1);
        crashed.message(0, START_US + 1);
        crashed.watermark(START_US + SECOND_US);
        world.tasks.get(0).nodeLost("ns1");
        NodeLedger record = finalRecords().at("ns1", "00");
        assertThat(record.getCrashed()).isEqualTo(1);
        assertThat(record.getBalanced()).isTrue();
    }

    @Test
    void aRunThatGoesOnAfterItsNodeSeemedLostIsCountedOnce() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.watermark(START_US + SECOND_US);
        run.message(0, START_US + 2 * SECOND_US);
        world.tasks.get(0).nodeLost("ns1");
        world.send().emit();
        assertThat(world.at("ns1", "00").getBalanced()).isFalse();
        run.watermark(START_US + 3 * SECOND_US);
        run.message(0, START_US + 4 * SECOND_US);
        run.end();
        NodeLedger record = finalRecords().at("ns1", "00");
        assertThat(record.getRead()).isEqualTo(3);
        assertThat(record.getBalanced()).isTrue();
    }

    @Test
    void aLastWatermarkThatIsLostIsSeenWhenTheNextRunBegins() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.message(1, START_US + 1);
        run.end(1);
        new Run("ns1", 2).message(1, START_US + 2);
        NodeLedger record = finalRecords().at("ns1", "00");
        assertThat(record.getEnded()).isEqualTo(1);
        assertThat(record.getCrashed()).isEqualTo(1);
        assertThat(record.getRead()).isEqualTo(2);
        assertThat(record.getBalanced()).isTrue();
    }

    @Test
    void whatARunSentBeforeItWasReadIsUnreadAndNotLost() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1, true);
        run.message(0, START_US + 2, true);
        run.message(0, START_US + 3);
        run.message(0, START_US + 4, true);
        run.watermark(START_US + SECOND_US);
        run.message(0, START_US + 2 * SECOND_US, true);
        run.watermark(START_US + 2 * SECOND_US);
        NodeLedger record = finalRecords().at("ns1", "00");
        assertThat(record.getUnread()).isEqualTo(3);
        assertThat(record.getLost()).isEqualTo(1);
        assertThat(record.getRead()).isEqualTo(1);
        assertThat(record.getBalanced()).isTrue();
    }

    @Test
    void whatComesAgainIsOnTop() {
        Run run = new Run("ns1", 1);
        DnsPacket message = run.message(0, START_US + 1);
        world.read(0, message);
        run.watermark(START_US + SECOND_US);
        run.end();
        world.read(0, message);
        NodeLedger record = finalRecords().at("ns1", "00");
        assertThat(record.getRead()).isEqualTo(1);
        assertThat(record.getRedelivered()).isEqualTo(2);
        assertThat(record.getBalanced()).isTrue();
    }

    @Test
    void theLargestSamplingRateOfTheMinuteIsSaid() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.rate = 8;
        run.watermark(START_US + SECOND_US);
        run.rate = 2;
        run.watermark(START_US + 2 * SECOND_US);
        run.message(0, START_US + MINUTE_US);
        run.watermark(START_US + MINUTE_US);
        World end = finalRecords();
        assertThat(end.at("ns1", "00").getSamplingRate()).isEqualTo(8);
        assertThat(end.at("ns1", "01").getSamplingRate()).isEqualTo(2);
    }

    @Test
    void totalsThatDoNotAddUpAreSaid() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.captured += 5;
        run.watermark(START_US + SECOND_US);
        NodeLedger record = finalRecords().at("ns1", "00");
        assertThat(record.getCaptured()).isEqualTo(6);
        assertThat(record.getSent()).isEqualTo(1);
        assertThat(record.getBalanced()).isFalse();
    }

    @Test
    void whatIsReadTwiceIsSaid() {
        Run run = new Run("ns1", 1);
        run.message(0, START_US + 1);
        run.message(0, START_US + 2);
        run.messages[0]--;
        run.watermark(START_US + SECOND_US);
        NodeLedger record = finalRecords().at("ns1", "00");
        assertThat(record.getLost()).isEqualTo(-1);
        assertThat(record.getBalanced()).isFalse();
    }

    @Test
    void minutesThatWereGivenUpAreRefusedAndTheirTotalsKept() {
        Run run = new Run("ns1", 1);
        for (int minute = 0; minute < 70; minute++) {
            run.message(0, START_US + minute * MINUTE_US);
            run.watermark(START_US + minute * MINUTE_US + SECOND_US);
        }
        finalRecords().passed(Long.MAX_VALUE).emit();
        run.message(0, START_US + 70 * MINUTE_US);
        run.watermark(START_US + 70 * MINUTE_US).end();
        world.send().emit();
        assertThat(world.last).hasSize(71);
        assertThat(world.last.values()).allMatch(NodeLedger::getBalanced);
        assertThat(world.sum(NodeLedger::getCaptured)).isEqualTo(71);
        assertThat(world.refused).isZero();
        Run again = new Run("ns1", 2);
        again.message(0, START_US);
        again.watermark(START_US).end();
        world.send().emit();
        assertThat(world.refused).isPositive();
        assertThat(world.sum(NodeLedger::getCaptured)).isEqualTo(71);
        assertThat(world.merger.openMinutes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void theSumOverAllRecordsIsTheAgentsLedgerWhateverIsLostOrRestarted(long seed) {
        Random random = new Random(seed);
        List<Run> runs = new ArrayList<>();
        long lost = 0;
        for (int number = 0; number < 6; number++) {
            Run run = new Run("ns" + number % 2, number + 1);
            runs.add(run);
            long us = START_US + number / 2 * (10 * MINUTE_US);
            for (int i = 0; i < 400; i++) {
                us += random.nextInt(1_500_000);
                // The first record of a partition is the one that its numbers are counted from.
                int partition = random.nextInt(PARTITIONS);
                boolean isLost = run.sequence[partition] > 0 && random.nextInt(20) == 0;
                lost += isLost ? 1 : 0;
                DnsPacket sent = run.message(partition, us, isLost);
                if (!isLost && random.nextInt(30) == 0) {
                    world.read(partition, sent);
                }
                if (random.nextInt(10) == 0) {
                    run.drop(random.nextBoolean() ? "kernel" : "sampled");
                }
                if (random.nextInt(3) == 0) {
                    run.watermark(us - 200_000);
                }
                if (random.nextInt(20) == 0) {
                    world.send(random.nextInt(PARTITIONS)).emit();
                }
                if (random.nextInt(50) == 0) {
                    world.restartTask(random.nextInt(PARTITIONS));
                    world.restartMerger();
                }
            }
            run.end();
        }
        world.send().passed(Long.MAX_VALUE).emit();
        assertThat(world.last.values()).allMatch(NodeLedger::getFinal$);
        assertThat(world.last.values()).allMatch(NodeLedger::getBalanced);
        assertThat(world.sum(NodeLedger::getCaptured))
                .isEqualTo(runs.stream().mapToLong(run -> run.captured).sum());
        assertThat(world.sum(NodeLedger::getSent))
                .isEqualTo(runs.stream().mapToLong(run -> run.sent).sum());
        assertThat(world.sum(NodeLedger::getLost)).isEqualTo(lost);
        assertThat(world.sum(NodeLedger::getRead)).isEqualTo(6 * 400 - lost);
        assertThat(world.sum(record -> record.getEnded())).isEqualTo(6);
        assertThat(world.sum(record -> record.getCrashed())).isZero();
        assertThat(world.refused).isZero();
        assertThat(world.merger.openMinutes()).isZero();
    }
}
