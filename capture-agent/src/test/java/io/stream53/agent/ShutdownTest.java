package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShutdownTest {
    private final AtomicBoolean aborted = new AtomicBoolean();

    @Test
    void whatEndsInTimeIsNotAborted() {
        AtomicReference<Shutdown> shutdown = new AtomicReference<>();
        Runnable stop = () -> shutdown.get().done(0);
        shutdown.set(new Shutdown(stop, () -> aborted.set(true), Duration.ofSeconds(50)));
        assertThat(shutdown.get().stopped()).isZero();
        assertThat(aborted).isFalse();
    }

    @Test
    void theTimeHoldsThoughStoppingItselfWaits() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<Shutdown> shutdown = new AtomicReference<>();
        Runnable abort =
                () -> {
                    aborted.set(true);
                    shutdown.get().done(3);
                };
        shutdown.set(new Shutdown(() -> await(never), abort, Duration.ofMillis(50)));
        assertThat(shutdown.get().stopped()).isEqualTo(3);
        assertThat(aborted).isTrue();
        never.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
