package io.stream53.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The id of a transaction: 32 hex digits, 48 bits of event milliseconds and 80 bits of SHA-256 over
 * what was seen. Ids sort by time, and the same packets always give the same id: processing them
 * again overwrites instead of doubling.
 */
public final class TransactionId {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int ID_DIGITS = 32;
    private static final int TIME_DIGITS = 12;

    /** Opcode, type, class and time. */
    private static final int FIXED_BYTES = 13;

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
        byte[] name = questionName.getBytes(StandardCharsets.UTF_8);
        byte[] kind = status.getBytes(StandardCharsets.US_ASCII);
        byte[] seen = new byte[key.length + FIXED_BYTES + name.length + 1 + kind.length];
        System.arraycopy(key, 0, seen, 0, key.length);
        int at = key.length;
        seen[at] = (byte) opcode;
        seen[at + 1] = (byte) (questionType >>> 8);
        seen[at + 2] = (byte) questionType;
        seen[at + 3] = (byte) (questionClass >>> 8);
        seen[at + 4] = (byte) questionClass;
        for (int i = 0; i < 8; i++) {
            seen[at + 5 + i] = (byte) (timestampUs >>> (56 - 8 * i));
        }
        at += FIXED_BYTES;
        System.arraycopy(name, 0, seen, at, name.length);
        // one zero byte ends the name
        System.arraycopy(kind, 0, seen, at + name.length + 1, kind.length);
        return text(Math.floorDiv(timestampUs, 1000L), SHA_256.get().digest(seen));
    }

    private static String text(long millis, byte[] hash) {
        byte[] text = new byte[ID_DIGITS];
        for (int i = 0; i < TIME_DIGITS; i++) {
            text[i] = HEX[(int) (millis >>> 4 * (TIME_DIGITS - 1 - i)) & 0xf];
        }
        for (int i = TIME_DIGITS; i < ID_DIGITS; i++) {
            int two = hash[(i - TIME_DIGITS) / 2];
            text[i] = HEX[((i & 1) == 0 ? two >>> 4 : two) & 0xf];
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
