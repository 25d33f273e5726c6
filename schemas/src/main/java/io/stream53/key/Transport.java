package io.stream53.key;

import java.util.Locale;

/**
 * Transport of a DNS message; the code is the byte that stands for it in a {@link TransactionKey}.
 */
public enum Transport {
    UDP(1),
    TCP(2),
    QUIC(3);

    private final byte code;
    private final String text;

    Transport(int code) {
        this.code = (byte) code;
        this.text = name().toLowerCase(Locale.ROOT);
    }

    /** The byte in a transaction key. */
    public byte code() {
        return code;
    }

    /** The text in Avro records and documents: {@code udp}, {@code tcp}, {@code quic}. */
    public String text() {
        return text;
    }

    /**
     * The transport of a key's byte.
     *
     * @throws IllegalArgumentException for a byte that stands for none
     */
    public static Transport ofCode(int code) {
        return switch (code) {
            case 1 -> UDP;
            case 2 -> TCP;
            case 3 -> QUIC;
            default -> throw new IllegalArgumentException("unknown transport code " + code);
        };
    }
}
