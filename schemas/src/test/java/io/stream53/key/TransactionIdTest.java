package io.stream53.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TransactionIdTest {
    private static final byte[] KEY = {1, 2, 3};

    @Test
    void isTimeThenHashOfWhatWasSeen() throws Exception {
        long us = 1_400_000_000_123_456L;
        ByteBuffer hashed = ByteBuffer.allocate(64);
        hashed.put(KEY).put((byte) 0).putShort((short) 28).putShort((short) 1).putLong(us);
        hashed.put("example.com".getBytes(StandardCharsets.UTF_8)).put((byte) 0);
        hashed.put("ANSWERED".getBytes(StandardCharsets.US_ASCII)).flip();
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update(hashed);
        String expected =
                "%012x".formatted(us / 1000) + HexFormat.of().formatHex(sha.digest(), 0, 10);
        assertThat(TransactionId.of(us, KEY, 0, "example.com", 28, 1, "ANSWERED"))
                .isEqualTo(expected)
                .hasSize(32);
    }

    @Test
    void differsByStatusAndByMicrosecond() {
        String answered = TransactionId.of(1_000_000, KEY, 0, "a.test", 1, 1, "ANSWERED");
        assertThat(answered)
                .isNotEqualTo(TransactionId.of(1_000_000, KEY, 0, "a.test", 1, 1, "LATE"))
                .isNotEqualTo(TransactionId.of(1_000_001, KEY, 0, "a.test", 1, 1, "ANSWERED"))
                .startsWith("0000000003e8");
    }
}
