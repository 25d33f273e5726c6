package io.stream53.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TransactionKeyTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] CLIENT = HEX.parseHex("0a35000a");
    private static final byte[] SERVER = HEX.parseHex("0a350002");
    private static final TransactionKey KEY =
            new TransactionKey("ns1", Transport.UDP, CLIENT, 40000, SERVER, 53, 0xbeef);

    @Test
    void hasTheDocumentedBytes() {
        assertThat(HEX.formatHex(KEY.encode()))
                .isEqualTo(
                        "01"
                                + "03"
                                + "6e7331"
                                + "01"
                                + "04"
                                + "0a35000a"
                                + "9c40"
                                + "0a350002"
                                + "0035"
                                + "beef");
    }

    @Test
    void readsBackWhatItWrote() {
        byte[] v6 = HEX.parseHex("fd530000000000000000000000000002");
        TransactionKey key = new TransactionKey("nöde", Transport.TCP, v6, 65535, v6, 0, 0);
        assertThat(TransactionKey.decode(key.encode())).isEqualTo(key);
        assertThat(TransactionKey.decode(KEY.encode())).isEqualTo(KEY);
    }

    @Test
    void refusesEveryTruncation() {
        byte[] key = KEY.encode();
        for (int length = 0; length < key.length; length++) {
            byte[] cut = Arrays.copyOf(key, length);
            assertThatThrownBy(() -> TransactionKey.decode(cut))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesAnotherVersionFamilyOrTransport() {
        for (int at : new int[] {0, 5, 6}) {
            byte[] key = KEY.encode();
            key[at] = 9;
            assertThatThrownBy(() -> TransactionKey.decode(key))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void limitsTheNodeToOneLengthByte() {
        assertThat(TransactionKey.nodeBytes("x".repeat(255))).hasSize(255);
        assertThatThrownBy(() -> TransactionKey.nodeBytes("x".repeat(256)))
                .hasMessageContaining("1 to 255 bytes");
        assertThatThrownBy(() -> TransactionKey.nodeBytes("")).hasMessageContaining("not 0");
    }
}
