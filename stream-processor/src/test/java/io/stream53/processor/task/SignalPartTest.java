package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.processor.AlertConfig;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.count.NodeTimes;
import io.stream53.schema.Dns;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Observer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a task gives up waiting for watermarks, by a clock that the test drives. */
class SignalPartTest {
    private static final long SECOND_US = 1_000_000;
    private static final long START_US = 1_795_363_210L * SECOND_US;
    private static final long PATIENCE_MS = 30_000;

    private final List<CountMessage> sent = new ArrayList<>();
    private final TaskFigures figures = new TaskFigures("test", new LedgerBoard());
    private final SignalPart part =
            new SignalPart(AlertConfig.defaults(), 3, Duration.ofSeconds(15), sent::add);

    static Step.Progress progress(long seconds, boolean idle) {
        long watermark = START_US + seconds * SECOND_US;
        return new Step.Progress(watermark, idle, NodeTimes.of(watermark, false));
    }

    private void attack() {
        attack(part, 0);
    }

    /** Sixty responses that nobody asked for in this form, so many seconds after the start. */
    static void attack(SignalPart part, long seconds) {
        for (int i = 0; i < 60; i++) {
            Dns dns = new Dns();
            dns.setStatus("MISMATCHED");
            DnsTransaction transaction = new DnsTransaction();
            transaction.setTimestampUs(START_US + seconds * SECOND_US + i);
            transaction.setObserver(new Observer("ns1", null, null));
            transaction.setClient(new Endpoint("192.0.2.1", "plain", 53000, 40L, null, null, null));
            transaction.setServer(new Endpoint("192.0.2.53", "plain", 53, 100L, null, null, null));
            transaction.setDns(dns);
            transaction.setSamplingRate(1);
            part.add(transaction);
        }
    }

    private long signals() {
        return sent.stream().filter(CountMessage.Signal.class::isInstance).count();
    }

    @Test
    void aWatermarkThatPassesTheSlotSendsIt() {
        attack();
        part.advance(progress(24, false), figures);
        assertThat(signals()).isZero();
        part.advance(progress(26, false), figures);
        assertThat(signals()).isEqualTo(1);
    }

    @Test
    void whereNoWatermarkComesForHalfAMinuteWhatIsHeldIsSent() {
        attack();
        part.send(progress(5, true), 1_000, figures);
        part.send(progress(5, true), 999 + PATIENCE_MS, figures);
        assertThat(signals()).isZero();
        part.send(progress(5, true), 1_000 + PATIENCE_MS, figures);
        assertThat(signals()).isEqualTo(1);
        assertThat(sent.getLast())
                .isInstanceOfSatisfying(
                        CountMessage.SlotsSent.class,
                        told -> assertThat(told.times().holding()).isEmpty());
    }

    @Test
    void aWatermarkThatComesBeginsTheHalfMinuteAnew() {
        attack();
        part.send(progress(5, true), 0, figures);
        part.send(progress(6, true), PATIENCE_MS - 1, figures);
        part.send(progress(6, true), 2 * PATIENCE_MS - 2, figures);
        assertThat(signals()).isZero();
        part.send(progress(6, true), 2 * PATIENCE_MS - 1, figures);
        assertThat(signals()).isEqualTo(1);
    }

    @Test
    void whatIsPendingOrUnreadIsWaitedFor() {
        attack();
        part.send(progress(5, false), 0, figures);
        part.send(progress(5, false), 100 * PATIENCE_MS, figures);
        assertThat(signals()).isZero();
    }

    @Test
    void aClockThatIsSetBackOnlyMakesItWaitLonger() {
        attack();
        part.send(progress(5, true), 100 * PATIENCE_MS, figures);
        part.send(progress(5, true), 0, figures);
        assertThat(signals()).isZero();
        part.send(progress(5, true), 101 * PATIENCE_MS, figures);
        assertThat(signals()).isEqualTo(1);
    }
}
