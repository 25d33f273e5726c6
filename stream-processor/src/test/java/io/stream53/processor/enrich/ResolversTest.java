package io.stream53.processor.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResolversTest {
    @TempDir private Path folder;

    @Test
    void theNetworkIsTheLastWordAndWhatStandsBeforeItIsTheName() throws IOException {
        Resolvers resolvers =
                list("# a comment", "", "Example Public DNS\t192.0.2.0/24", "  One 203.0.113.7  ");
        assertThat(find(resolvers, "192.0.2.255")).isEqualTo("Example Public DNS");
        assertThat(find(resolvers, "192.0.3.0")).isNull();
        assertThat(find(resolvers, "192.0.1.255")).isNull();
        assertThat(find(resolvers, "203.0.113.7")).isEqualTo("One");
        assertThat(find(resolvers, "203.0.113.8")).isNull();
        assertThat(find(resolvers, "203.0.113.6")).isNull();
        assertThat(find(resolvers, "::c000:201")).isNull();
    }

    @Test
    void theLongestPrefixNamesAnAddress() throws IOException {
        Resolvers resolvers =
                list("Wide 10.0.0.0/8", "Narrow 10.1.0.0/16", "One 10.1.2.3", "End 10.255.0.0/16");
        assertThat(find(resolvers, "10.0.255.255")).isEqualTo("Wide");
        assertThat(find(resolvers, "10.1.0.0")).isEqualTo("Narrow");
        assertThat(find(resolvers, "10.1.2.3")).isEqualTo("One");
        assertThat(find(resolvers, "10.1.2.4")).isEqualTo("Narrow");
        assertThat(find(resolvers, "10.2.0.0")).isEqualTo("Wide");
        assertThat(find(resolvers, "10.255.255.255")).isEqualTo("End");
        assertThat(find(resolvers, "11.0.0.0")).isNull();
    }

    @Test
    void theWholeAddressSpaceAndItsEndsWork() throws IOException {
        Resolvers resolvers =
                list("All 0.0.0.0/0", "Last 255.255.255.255", "Six ::/0", "End ffff::/16");
        assertThat(find(resolvers, "0.0.0.0")).isEqualTo("All");
        assertThat(find(resolvers, "255.255.255.254")).isEqualTo("All");
        assertThat(find(resolvers, "255.255.255.255")).isEqualTo("Last");
        assertThat(find(resolvers, "::")).isEqualTo("Six");
        assertThat(find(resolvers, "7fff::1")).isEqualTo("Six");
        assertThat(find(resolvers, "8000::1")).isEqualTo("Six");
        assertThat(find(resolvers, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).isEqualTo("End");
        assertThat(resolvers.find(new byte[0], false)).isNull();
        assertThat(resolvers.find(new byte[5], false)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.128, Example", // one to seven bits may be missing: all of them within the /24
        "192.0.2.0, Example", // at most nine: 192.0.2.0/23
        "192.0.0.0, ", // up to 22: most of them are others'
        "2001:db8:1::, Six",
        "2001:db8::, Six", // 2001:db8::/29 in the worst case
        "2001::, "
    })
    void aTruncatedAddressIsNamedWhereAllItMayHaveBeenAreTheSameResolvers(
            String address, @Nullable String name) throws IOException {
        Resolvers resolvers = list("Example 192.0.2.0/23", "Six 2001:db8::/29");
        assertThat(resolvers.find(InetAddress.ofLiteral(address).getAddress(), true))
                .isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.0/24",
                "Example",
                "Example 192.0.2.0/33",
                "Example 192.0.2.0/-1",
                "Example 192.0.2.1/24",
                "Example 192.0.2/24",
                "Example 2001:db8::/129",
                "Example 2001:db8::1/32",
                "Example ::ffff:192.0.2.1",
                "Example fe80::1%eth0",
                "Example 192.0.2.0/",
                "Example dns.example.com"
            })
    void aLineThatIsNoneIsNamedWithItsNumber(String line) {
        assertThatIOException()
                .isThrownBy(() -> list("# one", line))
                .withMessageContaining("line 2")
                .withMessageContaining(line);
    }

    @Test
    void oneNetworkCannotHaveTwoNames() throws IOException {
        assertThat(find(list("A 192.0.2.0/24", "A 192.0.2.0/24"), "192.0.2.1")).isEqualTo("A");
        assertThatIOException()
                .isThrownBy(() -> list("A 192.0.2.0/24", "B 192.0.2.0/24"))
                .withMessageContaining("line 2: this network was A's before.");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> Resolvers.open(folder.resolve("none.txt")))
                .withMessageContaining("none.txt cannot be read");
        Path binary = folder.resolve("binary.txt");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatIOException()
                .isThrownBy(() -> Resolvers.open(binary))
                .withMessageContaining("binary.txt cannot be read");
    }

    @Test
    void theBundledListIsReadableAndSaysWhereItIsFrom() throws IOException {
        assertThat(find(Resolvers.bundled(), "172.68.0.1")).isEqualTo("Cloudflare");
        assertThat(find(Resolvers.bundled(), "2a06:98c7::1")).isEqualTo("Cloudflare");
        assertThat(find(Resolvers.bundled(), "8.8.8.8")).isNull();
    }

    /** Against the plain way: try all networks, the longest that holds the address wins. */
    @Test
    void theTableAgreesWithASearchThroughAllNetworks() {
        Random random = new Random(53);
        for (int round = 0; round < 200; round++) {
            List<NetworkNames.Network> networks = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                int hostBits = random.nextInt(9);
                long first = (long) (random.nextInt(256) >> hostBits) << hostBits;
                BigInteger from = BigInteger.valueOf(first).shiftLeft(120);
                BigInteger to =
                        BigInteger.valueOf(first + (1L << hostBits))
                                .shiftLeft(120)
                                .subtract(BigInteger.ONE);
                String name = "n" + first + "/" + hostBits;
                networks.add(new NetworkNames.Network(from, to, name));
            }
            NetworkNames table = new NetworkNames(networks);
            for (int address = 0; address < 256; address++) {
                BigInteger at = BigInteger.valueOf(address).shiftLeft(120);
                String expected =
                        networks.stream()
                                .filter(n -> n.first().compareTo(at) <= 0)
                                .filter(n -> n.last().compareTo(at) >= 0)
                                .min(
                                        java.util.Comparator.comparing(
                                                n -> n.last().subtract(n.first())))
                                .map(NetworkNames.Network::name)
                                .orElse(null);
                long upper = (long) address << 56;
                assertThat(table.name(table.rangeOf(upper, 0))).isEqualTo(expected);
            }
        }
    }

    private Resolvers list(String... lines) throws IOException {
        Path file = folder.resolve("resolvers.txt");
        Files.write(file, List.of(lines), StandardCharsets.UTF_8);
        return Resolvers.open(file);
    }

    private static @Nullable String find(Resolvers resolvers, String address) {
        return resolvers.find(InetAddress.ofLiteral(address).getAddress(), false);
    }
}
