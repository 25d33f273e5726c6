package io.stream53.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.http.nio.ContentEncoder;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkBodyTest {
    /** 150,000 bytes, more than two chunks, in lines that end nowhere near a chunk's end. */
    private static final List<Operation> OPERATIONS =
            IntStream.range(0, 100).mapToObj(i -> operation("%01499d%n".formatted(i))).toList();

    private static final String EXPECTED =
            IntStream.range(0, 100)
                    .mapToObj("%01499d%n"::formatted)
                    .collect(java.util.stream.Collectors.joining());

    private static Operation operation(String lines) {
        return new Operation(
                new SinkRecord("t", 0, null, "a", null, "a", 0),
                new Operation.Target("index", "a"),
                Operation.Action.INDEX,
                lines.getBytes(US_ASCII));
    }

    /** A connection that takes so many bytes at a time. */
    private static final class Narrow implements ContentEncoder {
        private final int width;
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private boolean completed;

        Narrow(int width) {
            this.width = width;
        }

        @Override
        public int write(ByteBuffer source) {
            byte[] some = new byte[Math.min(width, source.remaining())];
            source.get(some);
            taken.writeBytes(some);
            return some.length;
        }

        @Override
        public void complete() {
            completed = true;
        }

        @Override
        public boolean isCompleted() {
            return completed;
        }
    }

    @SuppressWarnings("NullAway") // The body does not use the control.
    private static void produce(BulkBody body, Narrow connection, int times) throws IOException {
        for (int i = 0; i < times && !connection.isCompleted(); i++) {
            body.produceContent(connection, null);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 65_536, 65_537, 1_000_000})
    void sendsAllOperationsInOrderHoweverLittleTheConnectionTakes(int width) throws IOException {
        try (BulkBody body = new BulkBody(OPERATIONS)) {
            Narrow connection = new Narrow(width);
            produce(body, connection, Integer.MAX_VALUE);
            assertThat(connection.taken.toString(US_ASCII)).isEqualTo(EXPECTED);
            assertThat(body.getContentLength()).isEqualTo(EXPECTED.length());
            assertThat(body.getContentType().getValue()).isEqualTo("application/x-ndjson");
        }
    }

    @Test
    void beginsAnewOnceItIsClosed() throws IOException {
        BulkBody body = new BulkBody(OPERATIONS);
        produce(body, new Narrow(1_000), 3);
        body.close();
        Narrow second = new Narrow(1_000);
        produce(body, second, Integer.MAX_VALUE);
        assertThat(second.taken.toString(US_ASCII)).isEqualTo(EXPECTED);
    }

    @Test
    void isTheSameAsAStream() throws IOException {
        try (BulkBody body = new BulkBody(OPERATIONS)) {
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            body.writeTo(written);
            assertThat(written.toString(US_ASCII)).isEqualTo(EXPECTED);
            assertThat(body.getContent().readAllBytes()).isEqualTo(written.toByteArray());
        }
    }
}
