package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.processor.AlertConfig;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsAlert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When slots are judged while tasks begin one after the other, by a clock that the test drives. */
class AlertPartTest {
    private static final long SETTLING_MS = 10_000;

    private final List<DnsAlert> alerts = new ArrayList<>();
    private final AlertPart part = new AlertPart(AlertConfig.defaults(), alerts::add);

    /** All that a task says of an attack of three slots. */
    private static List<CountMessage> said(int task) {
        List<CountMessage> said = new ArrayList<>();
        SignalPart signals =
                new SignalPart(AlertConfig.defaults(), task, Duration.ofSeconds(15), said::add);
        for (int slot = 0; slot < 3; slot++) {
            SignalPartTest.attack(signals, 10L * slot);
        }
        signals.advance(
                SignalPartTest.progress(600, false), new TaskFigures("t", new LedgerBoard()));
        return said;
    }

    private void hear(int task) {
        said(task).forEach(message -> assertThat(part.accept(message)).isTrue());
    }

    @Test
    void aTaskThatBeginsLaterIsInEverySlot() {
        hear(0);
        part.emit(0);
        part.emit(SETTLING_MS - 1);
        hear(1);
        part.emit(SETTLING_MS);
        part.emit(2 * SETTLING_MS - 1);
        assertThat(alerts).isEmpty();
        part.emit(2 * SETTLING_MS);
        assertThat(alerts.getLast().getStatus()).isEqualTo("closed");
        assertThat(alerts.getLast().getEvidence().getMatched()).isEqualTo(2 * 3 * 60);
    }

    @Test
    void tasksThatAreKnownAreNotWaitedForAgain() {
        hear(0);
        part.emit(0);
        part.emit(SETTLING_MS);
        assertThat(alerts).isNotEmpty();

        List<DnsAlert> after = new ArrayList<>();
        AlertPart restored = new AlertPart(AlertConfig.defaults(), after::add);
        AlertPart before = new AlertPart(AlertConfig.defaults(), alerts::add);
        said(0).forEach(before::accept);
        before.drain(
                new StateWriter() {
                    @Override
                    public void put(byte[] key, byte[] value) {
                        restored.restore(key, value);
                    }

                    @Override
                    public void delete(byte[] key) {
                        // Nothing was there before.
                    }
                });
        restored.emit(1);
        assertThat(after).isNotEmpty();
    }

    @Test
    void aClockThatIsSetBackDelaysNothing() {
        hear(0);
        part.emit(3_600_000);
        part.emit(0);
        assertThat(alerts).isNotEmpty();
    }
}
