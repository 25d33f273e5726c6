package io.stream53.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpoolAcksTest {
    @TempDir private Path folder;

    @Test
    void whatWasAcknowledgedIsKnownAgain() throws IOException {
        Path file = folder.resolve("acks");
        try (SpoolAcks acks = new SpoolAcks(file, 2)) {
            acks.acknowledge(1, (3L << 32) + 7);
        }
        try (SpoolAcks acks = new SpoolAcks(file, 2)) {
            assertThat(acks.covers(1, (3L << 32) + 7)).isTrue();
            assertThat(acks.isUntouched(0)).isTrue();
            assertThat(acks.lastSegment()).isEqualTo(3);
        }
    }

    /** No place is negative, and none is 0: both fit to their complement, and are damage. */
    @ParameterizedTest
    @CsvSource({"-1, 0", "0, -1", "5, 5", "-9223372036854775808, 9223372036854775807"})
    void damageCountsAsNothingAcknowledged(long place, long complement) throws IOException {
        Path file = folder.resolve("acks");
        ByteBuffer entry = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        Files.write(file, entry.putLong(place).putLong(complement).array());
        try (SpoolAcks acks = new SpoolAcks(file, 1)) {
            assertThat(acks.isUntouched(0)).isTrue();
            assertThat(acks.lastSegment()).isZero();
            assertThat(acks.covers(0, 1)).isFalse();
        }
    }
}
