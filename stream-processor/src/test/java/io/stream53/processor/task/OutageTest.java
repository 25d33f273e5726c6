package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.FileSystemException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class OutageTest {
    /** As Confluent's client has it, by name. */
    private static final class RestClientException extends Exception {
        private static final long serialVersionUID = 1;

        RestClientException(String message) {
            super(message);
        }
    }

    @Test
    void whatDoesNotAnswerIsAnOutageHoweverDeepItLies() {
        assertThat(Outage.isIn(new TimeoutException("no answer"))).isTrue();
        assertThat(Outage.isIn(wrapped(new ConnectException("refused")))).isTrue();
        assertThat(Outage.isIn(new StreamsException(wrapped(new IOException("reset"))))).isTrue();
        assertThat(Outage.isIn(new IllegalStateException("a fault"))).isFalse();
    }

    @Test
    void bytesThatEndTooEarlyAreBadData() {
        assertThat(Outage.isBadData(wrapped(new EOFException()))).isTrue();
        assertThat(Outage.isBadData(new SerializationException("wrong first byte"))).isTrue();
        assertThat(Outage.isBadData(new ClassCastException())).isTrue();
    }

    @Test
    void filesOfThisMachineDoNotComeBackByThemselves() {
        assertThat(Outage.isIn(wrapped(new FileSystemException("state", null, "read-only"))))
                .isFalse();
    }

    @Test
    void aSentenceIsOneLine() {
        assertThat(Outage.sentence(new IllegalStateException(" first \nsecond")))
                .isEqualTo("first");
    }

    @Test
    void aRefusedRequestSaysNothingAboutTheBytes() {
        assertThat(Outage.isBadData(new InvalidConfigurationException("401"))).isFalse();
        assertThat(Outage.isBadData(wrapped(new AuthenticationException("401")))).isFalse();
        assertThat(Outage.isBadData(wrapped(new RestClientException("Unauthorized; 40101"))))
                .isFalse();
        assertThat(Outage.isBadData(wrapped(new RestClientException("Schema not found; 40403"))))
                .isTrue();
    }

    @Test
    void theSentenceIsTheInnermostOne() {
        assertThat(Outage.sentence(wrapped(new IOException("connection refused"))))
                .isEqualTo("connection refused");
        assertThat(Outage.sentence(new SerializationException("outer", new EOFException())))
                .isEqualTo("outer");
    }

    private static SerializationException wrapped(Throwable cause) {
        return new SerializationException("cannot read", cause);
    }
}
