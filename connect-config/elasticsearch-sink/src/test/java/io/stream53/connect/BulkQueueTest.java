package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BulkQueueTest {
    private final BulkQueue queue = new BulkQueue(10, 100, Duration.ZERO);
    private long offset;

    private Operation write(int partition, String id, int bytes) {
        Operation operation =
                new Operation(
                        new SinkRecord("t", partition, null, id, null, id, offset++),
                        new Operation.Target("index", id),
                        Operation.Action.INDEX,
                        new byte[bytes]);
        queue.add(operation);
        return operation;
    }

    private List<Operation> take() throws InterruptedException {
        return Objects.requireNonNull(queue.take());
    }

    private static List<TopicPartition> partition(int partition) {
        return List.of(new TopicPartition("t", partition));
    }

    @Test
    void aBatchHasAtMostOneWriteToADocument() throws InterruptedException {
        Operation first = write(0, "a", 1);
        Operation second = write(0, "a", 1);
        Operation other = write(0, "b", 1);
        assertThat(take()).containsExactly(first, other);
        queue.settle(first);
        assertThat(take()).containsExactly(second);
    }

    @Test
    void aBatchKeepsToItsBytesUnlessOneWriteAloneHasMore() throws InterruptedException {
        Operation small = write(0, "a", 60);
        Operation next = write(0, "b", 60);
        Operation large = write(0, "c", 500);
        assertThat(take()).containsExactly(small);
        assertThat(take()).containsExactly(next);
        assertThat(take()).containsExactly(large);
    }

    @Test
    void whatStaysFollowsWhatWasDiscarded() throws InterruptedException {
        Operation underWay = write(0, "a", 1);
        take();
        write(1, "a", 1);
        Operation stays = write(0, "a", 1);
        assertThat(queue.discard(partition(1), Duration.ofSeconds(1))).isEqualTo(1);
        queue.settle(underWay);
        assertThat(take()).containsExactly(stays);
        assertThat(queue.unsettled()).isEqualTo(1);
    }

    @Test
    void aWriteAfterADiscardNeedNotWait() throws InterruptedException {
        write(0, "a", 1);
        write(0, "a", 1);
        assertThat(queue.discard(partition(0), Duration.ofSeconds(1))).isEqualTo(2);
        Operation again = write(0, "a", 1);
        assertThat(take()).containsExactly(again);
        assertThat(queue.unsettled()).isEqualTo(1);
    }

    @Test
    void aRejectedWriteHoldsUpNoHandOver() throws InterruptedException {
        Operation rejected = write(0, "a", 1);
        take();
        Operation next = write(1, "a", 1);
        queue.reject(rejected);
        assertThat(queue.discard(partition(0), Duration.ofDays(1))).isEqualTo(1);
        assertThat(queue.settled(rejected)).isTrue();
        assertThat(take()).containsExactly(next);
    }

    @Test
    void theOffsetOfTheFirstUnsettledWriteIsTheLimit() throws InterruptedException {
        Operation first = write(0, "a", 1);
        Operation second = write(0, "b", 1);
        take();
        TopicPartition partition = partition(0).getFirst();
        queue.settle(second);
        assertThat(queue.committable(partition, 2)).isZero();
        queue.settle(first);
        assertThat(queue.committable(partition, 2)).isEqualTo(2);
    }

    @Test
    void waitersLeaveWhenItCloses() throws InterruptedException {
        queue.close();
        assertThat(queue.take()).isNull();
        queue.pause(List.of(), Duration.ofDays(1));
    }
}
