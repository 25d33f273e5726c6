package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixSketchTest {
    private static final HexFormat HEX = HexFormat.of();

    /** From internal/interop_test.go of icann/dns-magnitude-hll. */
    @ParameterizedTest
    @CsvSource({"192.0.2.1, 138e40cc4860", "192.0.2.1 2001:503:ba3e::2:30, 138e40cc487b368c"})
    void writesWhatIcannsToolWrites(String addresses, String bytes) {
        ClientHashes hashes = new ClientHashes();
        Registers networks = PrefixSketch.create();
        for (String address : addresses.split(" ", -1)) {
            networks.add(hashes.of(address).prefix());
        }
        assertThat(HEX.formatHex(PrefixSketch.toBytes(networks))).isEqualTo(bytes);
        assertThat(PrefixSketch.estimate(networks)).isEqualTo(addresses.split(" ", -1).length);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.255, true",
        "192.0.2.1, 192.0.3.1, false",
        "2001:db8:1::1, 2001:db8:1:ffff::2, true",
        "2001:db8:1::1, 2001:db8:2::1, false",
        "192.0.2.1, ::ffff:192.0.2.7, true",
    })
    void clientsOfOneNetworkAreOne(String one, String other, boolean same) {
        ClientHashes hashes = new ClientHashes();
        assertThat(hashes.of(one).prefix() == hashes.of(other).prefix()).isEqualTo(same);
    }

    @Test
    void whatIsNoAddressIsNoNetwork() {
        for (String text : new String[] {"", "1.2.3.256", "1.2.3.4.5", "1..2.3", "x"}) {
            ClientHashes.Hashed hashed = new ClientHashes().of(text);
            assertThat(hashed.prefix()).as(text).isZero();
            assertThat(hashed.client() == 0).as(text).isEqualTo(text.isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 2048, 3000, 4000, 6000, 20_000, 100_000})
    void estimatesAndSurvivesWriting(int networks) {
        Registers sketch = PrefixSketch.create();
        for (int i = 0; i < networks; i++) {
            sketch.add(PrefixSketch.coupon(ByteBuffer.allocate(4).putInt(i << 8).array()));
        }
        byte[] bytes = PrefixSketch.toBytes(sketch);

        Registers read = PrefixSketch.read(bytes);

        assertThat(PrefixSketch.toBytes(read)).isEqualTo(bytes);
        assertThat(PrefixSketch.estimate(read)).isEqualTo(PrefixSketch.estimate(sketch));
        assertThat((double) PrefixSketch.estimate(sketch))
                .isCloseTo(networks, Percentage.withPercentage(4 * 0.82));
        Registers merged = PrefixSketch.create();
        merged.add(read);
        merged.add(sketch);
        assertThat(PrefixSketch.toBytes(merged)).isEqualTo(bytes);
    }

    @Test
    void refusesWhatIsDamaged() {
        for (String bytes :
                new String[] {
                    "", "138e", "138f40cc4860", "148e40cc4860", "108e40", "138e40000000"
                }) {
            assertThatThrownBy(() -> PrefixSketch.read(HEX.parseHex(bytes)))
                    .as(bytes)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("no sketch of client networks");
        }
    }
}
