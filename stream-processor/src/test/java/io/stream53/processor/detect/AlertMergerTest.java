package io.stream53.processor.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.NodeTimes;
import io.stream53.schema.DnsAlert;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** When slots are judged, and what comes of those that break a rule. */
class AlertMergerTest {
    private static final String CLIENT = "192.0.2.1";
    private static final long FIRST = 179_536_000;

    /** In slots. */
    private static final long HOUR = 360;

    private final AlertMerger merger = new AlertMerger(World.SETTINGS);

    private static CountMessage.Signal signal(long slot, int mismatched) {
        Signs signs = new Signs();
        for (int i = 0; i < mismatched; i++) {
            signs.match(1, "ns1");
        }
        return new CountMessage.Signal(
                Watch.FORGED.text(), CLIENT, Slots.startMs(slot), signs.toBytes());
    }

    private static CountMessage.SlotsSent through(int upstream, long slot) {
        return new CountMessage.SlotsSent(upstream, Slots.endMs(slot) * 1000, true);
    }

    private List<String> take() {
        return merger.take().stream().map(DnsAlert::getStatus).toList();
    }

    @Test
    void aSlotWaitsForEveryTaskThatReported() {
        merger.accept(through(0, FIRST));
        merger.accept(through(1, FIRST));
        merger.accept(signal(FIRST + 1, 30));
        merger.accept(signal(FIRST + 2, 30));
        merger.accept(through(0, FIRST + 9));
        assertThat(take()).isEmpty();
        merger.accept(signal(FIRST + 1, 30));
        merger.accept(signal(FIRST + 2, 30));
        merger.accept(through(1, FIRST + 2));
        assertThat(take()).containsExactly("opened");
    }

    @Test
    void aTaskThatHoldsNothingIsNotWaitedFor() {
        merger.accept(through(0, FIRST));
        merger.accept(signal(FIRST + 1, 60));
        merger.accept(signal(FIRST + 2, 60));
        merger.accept(through(1, FIRST + 2));
        assertThat(take()).isEmpty();
        merger.accept(new CountMessage.SlotsSent(0, Slots.endMs(FIRST) * 1000, false));
        assertThat(take()).containsExactly("opened");
    }

    private static CountMessage.Signal silent(long slot, String node) {
        Signs signs = new Signs();
        for (int i = 0; i < 200; i++) {
            signs.match(1, node);
        }
        signs.add(Sign.TOTAL, 200);
        return new CountMessage.Signal(
                Watch.SERVER.text(),
                Subject.server(node, CLIENT),
                Slots.startMs(slot),
                signs.toBytes());
    }

    /** A task with a node at each of these slots' ends. */
    private static CountMessage.SlotsSent nodesThrough(int upstream, long... slots) {
        List<Long> times = LongStream.of(slots).sorted().mapToObj(AlertMergerTest::endUs).toList();
        return new CountMessage.SlotsSent(upstream, new NodeTimes(times, List.of(), false));
    }

    private static long endUs(long slot) {
        return Slots.endMs(slot) * 1000;
    }

    @Test
    void aServersSlotIsJudgedOnce() {
        assertThat(merger.accept(silent(FIRST, "ns1"))).isTrue();
        merger.accept(through(0, FIRST));
        assertThat(take()).isEmpty();
        assertThat(merger.accept(silent(FIRST, "ns1"))).isFalse();
        assertThat(merger.refused()).isEqualTo(1);
        assertThat(merger.accept(silent(FIRST, "ns2"))).isTrue();
    }

    @Test
    void aNodeAnHourBehindDelaysNoAlertOfOthersAndHasItsOwn() {
        merger.accept(nodesThrough(0, FIRST, FIRST - HOUR));
        merger.accept(nodesThrough(1, FIRST));
        merger.accept(signal(FIRST + 1, 60));
        merger.accept(signal(FIRST + 2, 60));
        merger.accept(nodesThrough(0, FIRST + 2, FIRST + 2 - HOUR));
        assertThat(take()).isEmpty();
        merger.accept(nodesThrough(1, FIRST + 2));
        assertThat(take()).containsExactly("opened");

        merger.accept(signal(FIRST + 3 - HOUR, 60));
        merger.accept(signal(FIRST + 4 - HOUR, 60));
        merger.accept(nodesThrough(0, FIRST + 4, FIRST + 4 - HOUR));
        merger.accept(nodesThrough(1, FIRST + 4));
        assertThat(take()).containsExactly("opened");
    }

    @Test
    void aNodeAnHourAheadIsJudgedAtOnceAndTheOthersSlotsLater() {
        merger.accept(nodesThrough(0, FIRST, FIRST + HOUR));
        merger.accept(signal(FIRST + HOUR + 1, 60));
        merger.accept(signal(FIRST + HOUR + 2, 60));
        merger.accept(nodesThrough(0, FIRST + 2, FIRST + HOUR + 2));
        assertThat(take()).containsExactly("opened");
        merger.accept(nodesThrough(0, FIRST + 9, FIRST + HOUR + 9));
        assertThat(take()).containsExactly("closed");
        // An hour later the others come to the same slots, in halves from two tasks.
        merger.accept(nodesThrough(0, FIRST + HOUR, FIRST + 2 * HOUR));
        merger.accept(nodesThrough(1, FIRST + HOUR));
        take();
        merger.accept(signal(FIRST + HOUR + 1, 30));
        merger.accept(signal(FIRST + HOUR + 2, 30));
        merger.accept(nodesThrough(0, FIRST + HOUR + 2, FIRST + 2 * HOUR + 2));
        assertThat(take()).isEmpty();
        merger.accept(signal(FIRST + HOUR + 1, 30));
        merger.accept(signal(FIRST + HOUR + 2, 30));
        merger.accept(nodesThrough(1, FIRST + HOUR + 2));
        assertThat(take()).containsExactly("opened");
    }

    @Test
    void aTaskThatIsOnItsWayToAnotherInstanceIsWaitedForForTenMinutes() {
        merger.accept(nodesThrough(0, FIRST));
        merger.accept(nodesThrough(1, FIRST));
        merger.accept(signal(FIRST + 1, 60));
        merger.accept(signal(FIRST + 2, 60));
        merger.accept(nodesThrough(0, FIRST + 59));
        assertThat(take()).isEmpty();
        merger.accept(nodesThrough(1, FIRST + 59));
        assertThat(take()).containsExactly("opened", "closed");
    }

    @Test
    void aTaskWithABacklogIsWaitedForHoweverFarItIsBehind() {
        merger.accept(
                new CountMessage.SlotsSent(
                        0, new NodeTimes(List.of(endUs(FIRST - HOUR)), List.of(), true)));
        merger.accept(signal(FIRST + 1, 60));
        merger.accept(signal(FIRST + 2, 60));
        merger.accept(nodesThrough(1, FIRST + 9));
        assertThat(take()).isEmpty();
        merger.accept(nodesThrough(0, FIRST + 9));
        assertThat(take()).containsExactly("opened", "closed");
    }

    @Test
    void oneSlotAloneIsNoAlertAndAGapBeginsAnew() {
        merger.accept(signal(FIRST, 60));
        merger.accept(signal(FIRST + 2, 60));
        merger.accept(through(0, FIRST + 9));
        assertThat(take()).isEmpty();
    }

    @Test
    void anAlertClosesWhenThreeSlotsDoNotBreakTheRule() {
        for (long slot : new long[] {0, 1, 4}) {
            merger.accept(signal(FIRST + slot, 60));
        }
        merger.accept(through(0, FIRST + 6));
        assertThat(take()).containsExactly("opened", "updated");
        assertThat(merger.open()).hasSize(1);
        merger.accept(through(0, FIRST + 7));
        List<DnsAlert> last = merger.take();
        assertThat(last).extracting(DnsAlert::getStatus).containsExactly("closed");
        assertThat(last.getFirst().getEvent().getEnd().toEpochMilli())
                .isEqualTo(Slots.endMs(FIRST + 4));
        assertThat(last.getFirst().getEvidence().getSlots()).isEqualTo(3);
        assertThat(merger.open()).isEmpty();
    }

    @Test
    void aReplayOfOldTrafficHasItsOwnAlerts() {
        merger.accept(signal(FIRST, 60));
        merger.accept(signal(FIRST + 1, 60));
        merger.accept(through(0, FIRST + 1));
        assertThat(take()).containsExactly("opened");
        merger.accept(through(1, FIRST - 1000));
        merger.accept(signal(FIRST - 999, 60));
        merger.accept(signal(FIRST - 998, 60));
        merger.accept(through(1, FIRST - 998));
        assertThat(take()).containsExactly("opened");
        merger.accept(new CountMessage.SlotsSent(0, Long.MAX_VALUE, true));
        merger.accept(new CountMessage.SlotsSent(1, Long.MAX_VALUE, true));
        assertThat(take()).containsExactly("closed", "closed");
    }

    @Test
    void theEndOfAllRunsClosesEverything() {
        merger.accept(signal(FIRST, 60));
        merger.accept(signal(FIRST + 1, 60));
        merger.accept(new CountMessage.SlotsSent(0, Long.MAX_VALUE, true));
        assertThat(take()).containsExactly("opened", "closed");
    }

    @Test
    void aSignalThatIsNoneIsRefused() {
        byte[] signs = new Signs().toBytes();
        for (CountMessage.Signal damaged :
                List.of(
                        new CountMessage.Signal("forged", CLIENT, 5, signs),
                        new CountMessage.Signal("?", CLIENT, 0, signs),
                        new CountMessage.Signal("forged", CLIENT, 0, new byte[] {9}))) {
            assertThatIllegalArgumentException().isThrownBy(() -> merger.accept(damaged));
        }
    }

    @Test
    void stateIsTheSameAfterARestore() {
        merger.accept(signal(FIRST, 60));
        merger.accept(signal(FIRST + 1, 60));
        merger.accept(signal(FIRST + 3, 60));
        merger.accept(through(0, FIRST + 1));
        merger.take();
        World.State state = new World.State();
        merger.drain(state);
        AlertMerger restored = new AlertMerger(World.SETTINGS);
        state.restoreTo(restored::restore);
        assertThat(restored.open()).isEqualTo(merger.open());
        restored.accept(new CountMessage.SlotsSent(0, Long.MAX_VALUE, true));
        merger.accept(new CountMessage.SlotsSent(0, Long.MAX_VALUE, true));
        assertThat(restored.take()).hasSize(2).isEqualTo(merger.take());
    }
}
