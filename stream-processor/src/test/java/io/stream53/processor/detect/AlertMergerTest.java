package io.stream53.processor.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.stream53.processor.count.CountMessage;
import io.stream53.schema.DnsAlert;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When slots are judged, and what comes of those that break a rule. */
class AlertMergerTest {
    private static final String CLIENT = "192.0.2.1";
    private static final long FIRST = 179_536_000;

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

    @Test
    void whatComesForAJudgedSlotIsRefused() {
        assertThat(merger.accept(signal(FIRST, 60))).isTrue();
        merger.accept(through(0, FIRST));
        assertThat(take()).isEmpty();
        assertThat(merger.accept(signal(FIRST, 60))).isFalse();
        assertThat(merger.refused()).isEqualTo(1);
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
        assertThat(restored.accept(signal(FIRST, 1))).isFalse();
        restored.accept(new CountMessage.SlotsSent(0, Long.MAX_VALUE, true));
        merger.accept(new CountMessage.SlotsSent(0, Long.MAX_VALUE, true));
        assertThat(restored.take()).hasSize(2).isEqualTo(merger.take());
    }
}
