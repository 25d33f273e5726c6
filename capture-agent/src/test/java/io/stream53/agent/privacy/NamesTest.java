package io.stream53.agent.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    private static final PrivacyKey KEY =
            PrivacyKey.of(
                    HexFormat.of()
                            .parseHex(
                                    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
    private static final PublicSuffixes SUFFIXES = PublicSuffixes.load();
    private static final NameHasher HASHER = new NameHasher(SUFFIXES, KEY);
    private static final String HASH = "[0-9a-v]{13}";

    @ParameterizedTest
    @CsvSource({
        "example.com, com",
        "a.b.example.co.uk, co.uk",
        "com, com",
        "www.ck, ck",
        "a.b.ck, b.ck",
        "city.kawasaki.jp, kawasaki.jp",
        "x.y.kawasaki.jp, y.kawasaki.jp",
        "a.b.github.io, github.io",
        "7.0.0.10.in-addr.arpa, in-addr.arpa",
        "xn--85x722f.xn--55qx5d.cn, xn--55qx5d.cn"
    })
    void thePublicSuffixIsThatOfTheLongestRule(String name, String suffix) {
        assertThat(name.substring(SUFFIXES.suffixStart(name))).isEqualTo(suffix);
    }

    @Test
    void aLastLabelThatTheListDoesNotKnowHasNoPublicSuffix() {
        assertThat(SUFFIXES.suffixStart("anna.fritz-box-typo")).isNegative();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".", "", "com", "co.uk", "example.com", "example.co.uk", "local", "lan"})
    void theRegisteredDomainAndWhatIsAboveStay(String name) {
        assertThat(HASHER.hash(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "www.example.com, 1, .example.com",
        "a.b.c.example.co.uk, 3, .example.co.uk",
        "annas-laptop.local, 1, .local",
        "b.annas-laptop.lan, 2, .lan",
        "annas-laptop.home.arpa, 1, .home.arpa",
        "7.100.51.198.in-addr.arpa, 1, .in-addr.arpa",
        "1.0.0.8.b.d.ip6.arpa, 1, .ip6.arpa",
        "annas-laptop, 1, ''",
        "www.annas-lptp, 2, ''"
    })
    void labelsBelowBecomeHashes(String name, int hashes, String kept) {
        String pattern = (HASH + "\\.").repeat(hashes - 1) + HASH + kept.replace(".", "\\.");
        assertThat(HASHER.hash(name)).matches(pattern);
    }

    @Test
    void oneLabelAlwaysHasOneHashSoThatCountingWorks() {
        String hash = HASHER.hash("www.example.com").substring(0, 13);
        assertThat(HASHER.hash("www.example.net")).startsWith(hash);
        assertThat(HASHER.hash("a.www.example.net")).contains(hash);
        assertThat(HASHER.hash("wwx.example.com")).doesNotContain(hash);
        byte[] other = new byte[32];
        other[0] = 1;
        NameHasher otherKey = new NameHasher(SUFFIXES, PrivacyKey.of(other));
        assertThat(otherKey.hash("www.example.com")).doesNotContain(hash);
    }

    @Test
    void aNameThatWouldGrowTooLongHasOneHashForItsLastLabels() {
        String name = "a.".repeat(100) + "example.com";
        String hashed = HASHER.hash(name);
        assertThat(hashed.length()).isBetween(225, 253);
        assertThat(hashed).endsWith(".example.com").matches("(" + HASH + "\\.)+example\\.com");
        assertThat(HASHER.hash("b." + name.substring(2))).isNotEqualTo(hashed);
    }

    private static @Nullable String reverse(String name, AddressMethod method) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        byte[] changed = ReverseNames.change(text, text.length, method::change);
        return changed == null ? null : new String(changed, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "7.100.51.198.in-addr.arpa, 0.100.51.198.in-addr.arpa",
        "100.51.198.in-addr.arpa, 100.51.198.in-addr.arpa",
        "7.0-127.100.51.198.in-addr.arpa, _.100.51.198.in-addr.arpa",
        "b._dns-sd._udp.7.100.51.198.in-addr.arpa, _.0.100.51.198.in-addr.arpa",
        "annas.in-addr.arpa, _.in-addr.arpa",
        "999.51.198.in-addr.arpa, _.51.198.in-addr.arpa",
        "f.e.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa, "
                + "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
        "c.8.b.d.0.1.0.0.2.ip6.arpa, c.8.b.d.0.1.0.0.2.ip6.arpa"
    })
    void addressesInReverseNamesAreTruncated(String name, String expected) {
        assertThat(reverse(name, new Truncation(24, 48))).isEqualTo(expected);
    }

    @Test
    void aNetworksReverseNameIsThatOfItsHostsAlsoWhenEncrypted() {
        CryptoPan method = new CryptoPan(KEY.addressKey());
        String host = Objects.requireNonNull(reverse("7.100.51.198.in-addr.arpa", method));
        String network = Objects.requireNonNull(reverse("100.51.198.in-addr.arpa", method));
        assertThat(host).endsWith("." + network).doesNotContain("198").doesNotContain("_");
        String half = "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
        assertThat(reverse("0.".repeat(20) + half, method))
                .endsWith("." + Objects.requireNonNull(reverse(half, method)));
    }

    @Test
    void otherNamesAreNoReverseNames() {
        Truncation method = new Truncation(0, 0);
        assertThat(reverse("198.51.100.7", method)).isNull();
        assertThat(reverse("in-addr.arpa", method)).isNull();
        assertThat(reverse("", method)).isNull();
        assertThat(reverse("7.100.51.198.in-addr.arpa.example", method)).isNull();
    }

    @Test
    void aClientsAddressIsFoundInEachFormInWhichNamesAndMessagesHoldIt() {
        AddressTraces traces = new AddressTraces(new byte[] {(byte) 198, 51, 100, 7});
        assertThat(masked(traces, "198-51-100-7.dsl.example.net"))
                .isEqualTo("____________.dsl.example.net");
        assertThat(masked(traces, "host.7.100.51.198.example"))
                .isEqualTo("host.____________.example");
        assertThat(masked(traces, "198.51.100.8.example")).isEqualTo("198.51.100.8.example");
        byte[] bytes = {1, (byte) 198, 51, 100, 7, 0};
        assertThat(traces.in(bytes, 0, 6)).isTrue();
        assertThat(traces.in(bytes, 0, 4)).isFalse();
    }

    @Test
    void anIpv6ClientsToo() {
        byte[] address = java.net.InetAddress.ofLiteral("2001:db8::abcd:1").getAddress();
        AddressTraces traces = new AddressTraces(address);
        for (String form :
                new String[] {
                    "2001-db8--abcd-1.example",
                    "2001-DB8--ABCD-1.example",
                    "20010db80000000000000000abcd0001.example",
                    "2001:db8:0:0:0:0:abcd:1"
                }) {
            assertThat(masked(traces, form)).doesNotContainIgnoringCase("abcd");
        }
    }

    private static String masked(AddressTraces traces, String name) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        traces.mask(text);
        return new String(text, StandardCharsets.US_ASCII);
    }
}
