package io.stream53.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WrappingCountTest {
    @Test
    void goesOnWhereTheCounterBeginsAgain() {
        WrappingCount count = new WrappingCount();
        count.update(5);
        count.update((int) 3_000_000_000L);
        count.update((int) 4_294_967_290L);
        count.update(4);
        count.update(4);
        assertThat(count.total()).isEqualTo(4_294_967_300L);
    }
}
