package io.stream53.agent.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SamplingGovernorTest {
    private final SamplingGovernor governor = new SamplingGovernor(new LoadSettings(1, 1, 50, 0));
    private double cpuSeconds;
    private double wallSeconds = 1000;

    private SamplingGovernor.@Nullable Change second(double percent) {
        cpuSeconds += percent / 100;
        wallSeconds += 1;
        return governor.tick(cpuSeconds, wallSeconds);
    }

    /** Runs so many seconds at a load; returns the last change, if there was one. */
    private SamplingGovernor.@Nullable Change seconds(int count, double percent) {
        SamplingGovernor.Change last = null;
        for (int i = 0; i < count; i++) {
            SamplingGovernor.Change change = second(percent);
            last = change == null ? last : change;
        }
        return last;
    }

    private void warmUp() {
        seconds(5, 300);
    }

    @Test
    void theStartOfTheJvmIsNotHeldAgainstIt() {
        assertThat(seconds(5, 300)).isNull();
        assertThat(governor.getAsInt()).isEqualTo(1);
    }

    @Test
    void overTheBoundTheRateRisesWithinTwoSecondsByTheFactorItIsOver() {
        warmUp();
        assertThat(second(200)).isNull();
        SamplingGovernor.Change change = Objects.requireNonNull(second(200));
        assertThat(change.rate()).isEqualTo(4);
        assertThat(change.usedPercent()).isCloseTo(200, org.assertj.core.data.Offset.offset(0.1));
        assertThat(governor.getAsInt()).isEqualTo(4);
    }

    @Test
    void aLittleOverTheBoundTheRateDoubles() {
        warmUp();
        seconds(2, 51);
        assertThat(governor.getAsInt()).isEqualTo(2);
        seconds(2, 51);
        assertThat(governor.getAsInt()).isEqualTo(4);
    }

    @Test
    void oneSecondOverTheBoundAmongOthersDoesNot() {
        warmUp();
        for (int i = 0; i < 20; i++) {
            assertThat(second(i % 2 == 0 ? 70 : 20)).isNull();
        }
    }

    @Test
    void itFallsByHalvesWhenTheLoadWasLowForHalfAMinuteAndNotBelowTheFloor() {
        governor.settings(new LoadSettings(1, 3, 50, 0));
        warmUp();
        seconds(2, 400);
        assertThat(governor.getAsInt()).isEqualTo(24);
        assertThat(seconds(29, 20)).isNull();
        assertThat(Objects.requireNonNull(second(20)).rate()).isEqualTo(12);
        seconds(200, 20);
        assertThat(governor.getAsInt()).isEqualTo(3);
        assertThat(seconds(100, 0)).isNull();
    }

    @Test
    void betweenHalfTheBoundAndTheBoundItStays() {
        warmUp();
        seconds(2, 100);
        assertThat(governor.getAsInt()).isEqualTo(2);
        assertThat(seconds(300, 40)).isNull();
        assertThat(seconds(300, 24)).isNull();
    }

    @Test
    void neverAboveAMillion() {
        warmUp();
        seconds(200, 10_000);
        assertThat(governor.getAsInt()).isEqualTo(SamplingGovernor.MAX_RATE);
    }

    @Test
    void withoutABoundTheRateIsTheConfiguredOne() {
        SamplingGovernor unbound = new SamplingGovernor(new LoadSettings(1, 7, 0, 0));
        for (int i = 0; i < 100; i++) {
            assertThat(unbound.tick(i * 8.0, i)).isNull();
        }
        assertThat(unbound.getAsInt()).isEqualTo(7);
    }

    @Test
    void newSettingsAreInForceAtOnceWhereTheyForbidTheRate() {
        warmUp();
        governor.settings(new LoadSettings(1, 5, 50, 0));
        assertThat(governor.getAsInt()).isEqualTo(5);
        seconds(2, 400);
        assertThat(governor.getAsInt()).isEqualTo(40);
        governor.settings(new LoadSettings(1, 6, 50, 0));
        assertThat(governor.getAsInt()).describedAs("the load still needs it").isEqualTo(40);
        governor.settings(new LoadSettings(1, 6, 0, 0));
        assertThat(governor.getAsInt()).isEqualTo(6);
    }

    @Test
    void aClockThatStandsStillIsNoTick() {
        warmUp();
        second(10);
        assertThat(governor.tick(cpuSeconds + 100, wallSeconds)).isNull();
    }

    @Test
    void theSentenceSaysWhyAndWhat() {
        assertThat(LoadTicker.sentence(new SamplingGovernor.Change(4, 123.4, 50)))
                .isEqualTo(
                        "sampling: one transaction in 4 is kept from now on, the process took 123 %"
                                + " of a core, and may take 50 %");
    }
}
