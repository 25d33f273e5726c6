package io.stream53.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The id of a transaction: 32 hex digits, 48 bits of event milliseconds and 80 bits of SHA-256 over
 * what was seen. Ids sort by time, and the same packets always give the same id: processing them
 * again overwrites instead of doubling.
 */
public final class TransactionId {
    private static final HexFormat HEX = HexFormat.of();
    private static final ThreadLocal<MessageDigest> SHA_256 =
            ThreadLocal.withInitial(TransactionId::sha256);

    private TransactionId() {}

    /**
     * The id of the transaction that began with a packet.
     *
     * @param timestampUs the first packet's time in microseconds since the epoch
     * @param key bytes of the {@link TransactionKey}
     * @param questionName as in {@code DnsPacket.question_name}, lower case; empty without a
     *     question
     * @param status the transaction's status, for example {@code ANSWERED}
     */
    public static String of(
            long timestampUs,
            byte[] key,
            int opcode,
            String questionName,
            int questionType,
            int questionClass,
            String status) {
        MessageDigest digest = SHA_256.get();
        digest.update(key);
        byte[] fixed = new byte[13];
        fixed[0] = (byte) opcode;
        fixed[1] = (byte) (questionType >>> 8);
        fixed[2] = (byte) questionType;
        fixed[3] = (byte) (questionClass >>> 8);
        fixed[4] = (byte) questionClass;
        for (int i = 0; i < 8; i++) {
            fixed[5 + i] = (byte) (timestampUs >>> (56 - 8 * i));
        }
        digest.update(fixed);
        digest.update(questionName.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        byte[] hash = digest.digest(status.getBytes(StandardCharsets.US_ASCII));
        long millis = Math.floorDiv(timestampUs, 1000L);
        StringBuilder id = new StringBuilder(32);
        id.append(HEX.toHexDigits(millis, 12));
        return HEX.formatHex(id, hash, 0, 10).toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
