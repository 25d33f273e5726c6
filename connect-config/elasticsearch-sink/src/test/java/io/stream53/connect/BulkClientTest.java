package io.stream53.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a connection that ends in the middle of an answer says of the request: nothing. */
@Timeout(60)
class BulkClientTest {
    private static final String BODY =
            "{\"errors\":false,\"items\":[{\"index\":{\"status\":201}}]}";

    private static final byte[] ANSWER =
            """
            HTTP/1.1 200 OK\r
            content-type: application/json; charset=UTF-8\r
            Transfer-Encoding: chunked\r
            \r
            %x\r
            %s\r
            0\r
            \r
            """
                    .formatted(BODY.length(), BODY)
                    .getBytes(US_ASCII);

    /** With fewer bytes the outcome is not known; behind it only the end of the encoding is. */
    private static final int OUTCOME = new String(ANSWER, US_ASCII).indexOf(BODY) + BODY.length();

    private static final Operation WRITE =
            new Operation(
                    new SinkRecord("t", 0, null, "a", null, "a", 0),
                    new Operation.Target("index", "a"),
                    Operation.Action.INDEX,
                    "{}\n{}\n".getBytes(US_ASCII));

    @Test
    void anAnswerThatIsCutAtAnyByteIsToBeAskedForAgain() throws Exception {
        try (ServerSocket engine = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                BulkClient client = client(engine)) {
            for (int length = 0; length < OUTCOME; length++) {
                BulkAnswer answer = answer(client, engine, Arrays.copyOf(ANSWER, length));
                assertThat(answer)
                        .as("cut after %d bytes", length)
                        .isInstanceOf(BulkAnswer.Unavailable.class);
            }
            assertThat(answer(client, engine, ANSWER)).isInstanceOf(BulkAnswer.Answered.class);
        }
    }

    private static BulkClient client(ServerSocket engine) {
        String url = "http://127.0.0.1:" + engine.getLocalPort();
        return new BulkClient(SinkSettings.of(SinkHarness.settings(url)));
    }

    /** Sends a write; the engine reads the request, answers with these bytes and hangs up. */
    private static BulkAnswer answer(BulkClient client, ServerSocket engine, byte[] bytes)
            throws InterruptedException {
        Thread server = Thread.ofVirtual().start(() -> serve(engine, bytes));
        BulkAnswer answer = client.send(List.of(WRITE));
        server.join();
        return answer;
    }

    private static void serve(ServerSocket engine, byte[] bytes) {
        try (Socket connection = engine.accept()) {
            InputStream in = connection.getInputStream();
            byte[] request = new byte[4096];
            int read = 0;
            while (!new String(request, 0, read, US_ASCII).endsWith("{}\n{}\n")) {
                read += in.readNBytes(request, read, 1);
            }
            connection.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
