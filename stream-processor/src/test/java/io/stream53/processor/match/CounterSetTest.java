package io.stream53.processor.match;

import static io.stream53.ledger.ProcessorCounter.LATE;
import static io.stream53.ledger.ProcessorCounter.QUERIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.ledger.ProcessorCounter;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CounterSetTest {
    @Test
    void comesBackFromItsBytes() {
        CounterSet set = new CounterSet();
        set.add(QUERIES, 1L << 40);
        set.add(LATE);
        CounterSet read = CounterSet.fromBytes(set.toBytes());
        assertThat(read.toMap()).isEqualTo(set.toMap()).hasSize(ProcessorCounter.values().length);
        assertThat(read.get(QUERIES)).isEqualTo(1L << 40);
        assertThat(read.get(LATE)).isEqualTo(1);
    }

    @Test
    void addsUpWithoutChangingEither() {
        CounterSet a = new CounterSet();
        CounterSet b = new CounterSet();
        a.add(LATE, 2);
        b.add(LATE, 3);
        assertThat(a.plus(b).get(LATE)).isEqualTo(5);
        assertThat(a.get(LATE)).isEqualTo(2);
    }

    @Test
    void leavesOutCountersOfLaterVersions() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new CounterSet().toBytes());
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF("inventedLater");
        out.writeLong(7);
        out.writeUTF(LATE.text());
        out.writeLong(8);
        assertThat(CounterSet.fromBytes(bytes.toByteArray()).get(LATE)).isEqualTo(8);
    }

    @Test
    void refusesWhatIsNoCounterSet() {
        assertThatThrownBy(() -> CounterSet.fromBytes(new byte[] {9}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version");
        assertThatThrownBy(() -> CounterSet.fromBytes(new byte[] {1, 0}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too early");
    }
}
