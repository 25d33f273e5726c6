package io.stream53.agent.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressMethodTest {
    /** Key of the sample trace that the reference implementation of Crypto-PAn carries. */
    private static final String SAMPLE_KEY =
            "152217 8d33a4cf80130a5b1649907d10 d8988f837979652762574c2d2a842202".replace(" ", "");

    private static final String KEY1 =
            "0123456789abcdeffedcba98765432101032547698badcfeefcdab8967452301";
    private static final String KEY2 =
            "2b7e151628aed2a6abf7158809cf4f3ca9f5ba40db214c3798f2e1c23456789a";

    private static byte[] key(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] address(String literal) {
        return InetAddress.ofLiteral(literal).getAddress();
    }

    private static InetAddress changed(AddressMethod method, String literal) {
        try {
            return InetAddress.getByAddress(method.change(address(literal)));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "128.11.68.132, 135.242.180.132",
        "129.118.74.4, 134.136.186.123",
        "130.132.252.244, 133.68.164.234",
        "141.223.7.43, 141.167.8.160",
        "152.163.225.39, 151.140.114.167",
        "156.29.3.236, 147.225.12.42",
        "165.247.96.84, 162.9.99.234",
        "166.107.77.190, 160.132.178.185",
        "192.102.249.13, 252.138.62.131",
        "192.41.57.43, 252.222.221.184",
        "195.205.63.100, 255.186.223.5",
        "198.51.77.238, 249.18.186.254",
        "202.49.198.20, 245.206.7.234",
        "208.147.89.59, 227.237.98.191",
        "216.32.132.250, 235.192.139.38",
        "24.0.250.221, 100.15.198.226",
        "38.15.67.68, 64.3.66.187",
        "4.3.88.225, 124.60.155.63",
        "63.14.55.111, 95.9.215.7",
        "64.14.118.196, 0.255.183.58",
        "10.185.25.118, 117.161.29.118",
        "::1, 78ff:f001:9fc0:20df:8380:b1f1:704:ed",
        "::2, 78ff:f001:9fc0:20df:8380:b1f1:704:ef",
        "::ffff, 78ff:f001:9fc0:20df:8380:b1f1:704:f838",
        "2001:db8::1, 4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e",
        "2001:db8::2, 4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c"
    })
    void cryptoPanGivesTheReferencesSampleTraceAndItsUsualIpv6(String from, String to) {
        CryptoPan method = new CryptoPan(key(SAMPLE_KEY));
        assertThat(changed(method, from)).isEqualTo(InetAddress.ofLiteral(to));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 2.90.93.17",
        "2001:db8::1, dd92:2c44:3fc0:ff1e:7ff9:c7f0:8180:7e00",
    })
    void cryptoPanGivesWhatItsPythonVersionsGive(String from, String to) {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        assertThat(changed(new CryptoPan(key), from)).isEqualTo(InetAddress.ofLiteral(to));
    }

    @ParameterizedTest
    @CsvSource({
        KEY1 + ", 0.0.0.0, 151.82.155.134",
        KEY1 + ", 255.255.255.255, 94.185.169.89",
        KEY1 + ", 192.0.2.1, 100.115.72.131",
        KEY1 + ", 2001:db8::1, c180:5dd4:2587:3524:30ab:fa65:6ab6:f88",
        KEY2 + ", 10.0.0.47, 19.214.210.244",
        KEY2 + ", 10.0.0.129, 19.214.210.80",
        KEY2 + ", 10.0.0.234, 19.214.210.30",
        KEY2 + ", 172.16.5.193, 210.78.229.136",
        KEY2 + ", 172.16.97.42, 210.78.179.241",
        KEY2 + ", 172.16.248.177, 210.78.121.215",
        KEY2 + ", 2001:db8::a5c9:4e2f:bb91:5a7d, 7cec:702c:1243:f70:1956:125:b9bd:1aba",
        KEY2 + ", 2001:db8::7234:d8f1:3c6e:9a52, 7cec:702c:1243:f70:a3ef:c8e:95c1:cd0d",
        KEY2 + ", 2001:db8::f1e0:937b:26d4:8c1a, 7cec:702c:1243:f70:443c:c8e:6a62:b64d",
        KEY2 + ", 2001:db8:3a5c:0:e7d1:4b9f:2c8a:f673, 7cec:702c:3503:bef:e616:96bd:be33:a9b9",
        KEY2 + ", 2001:db8:9f27:0:b4e2:7a3d:5f91:c8e6, 7cec:702c:a504:b74e:194a:3d90:b047:2d1a",
        KEY2 + ", 2001:db8:d8b4:0:193c:a5e7:8b2f:46d1, 7cec:702c:f840:aa67:1b8:e84f:ac9d:77fb"
    })
    void ipcryptPfxGivesTheDraftsVectors(String key, String from, String to) {
        IpcryptPfx method = new IpcryptPfx(key(key));
        assertThat(changed(method, from)).isEqualTo(InetAddress.ofLiteral(to));
    }

    /** ::ffff:192.0.2.1 in 16 bytes, which the library would make 4 of. */
    @Test
    void ipcryptPfxTreatsMappedAddressesAsTheIpv4TheyHold() {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = -1;
        System.arraycopy(address("192.0.2.1"), 0, mapped, 12, 4);
        byte[] changed = new IpcryptPfx(key(KEY1)).change(mapped);
        byte[] expected = mapped.clone();
        System.arraycopy(address("100.115.72.131"), 0, expected, 12, 4);
        assertThat(changed).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16})
    void bothEncryptionsKeepExactlyTheCommonPrefixes(int bytes) {
        Random random = new Random(bytes);
        for (AddressMethod method :
                new AddressMethod[] {new CryptoPan(key(KEY2)), new IpcryptPfx(key(KEY2))}) {
            for (int i = 0; i < 200; i++) {
                byte[] one = new byte[bytes];
                random.nextBytes(one);
                one[0] |= 1;
                byte[] other = one.clone();
                int bit = random.nextInt(8 * bytes);
                other[bit / 8] ^= (byte) (0x80 >>> bit % 8);
                assertThat(common(method.change(one), method.change(other))).isEqualTo(bit);
            }
        }
    }

    private static int common(byte[] one, byte[] other) {
        int bit = 0;
        while (((one[bit / 8] ^ other[bit / 8]) & 0x80 >>> bit % 8) == 0) {
            bit++;
        }
        return bit;
    }

    @ParameterizedTest
    @CsvSource({
        "24, 48, 198.51.100.77, 198.51.100.0",
        "32, 48, 198.51.100.77, 198.51.100.77",
        "0, 48, 198.51.100.77, 0.0.0.0",
        "20, 48, 198.51.127.77, 198.51.112.0",
        "24, 48, 2001:db8:1:2:3:4:5:6, 2001:db8:1::",
        "24, 33, 2001:db8:ffff::1, 2001:db8:8000::",
        "24, 128, 2001:db8::1, 2001:db8::1",
        "24, 0, 2001:db8::1, ::"
    })
    void truncationMakesHostBitsZero(int ipv4, int ipv6, String from, String to) {
        assertThat(changed(new Truncation(ipv4, ipv6), from)).isEqualTo(InetAddress.ofLiteral(to));
    }

    /** Aumasson and Bernstein, appendix A, and their reference code's first vectors. */
    @ParameterizedTest
    @CsvSource({
        "0, 726fdb47dd0e0e31", "1, 74f839c593dc67fd", "2, 0d6c8009d9a94f5a",
        "7, ab0200f58b01d137", "8, 93f5f5799a932462", "15, a129ca6149be45e5"
    })
    void sipHashGivesItsAuthorsVectors(int length, String hash) {
        byte[] bytes = new byte[16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        assertThat(HexFormat.of().toHexDigits(new SipHash(bytes).hash(bytes, 0, length)))
                .isEqualTo(hash);
    }

    @Test
    void theTableGivesWhatTheMethodGivesWhateverItForgot() {
        IpcryptPfx method = new IpcryptPfx(key(KEY1));
        AddressTable table =
                new AddressTable(
                        new IpcryptPfx(key(KEY1)),
                        address -> io.stream53.agent.packet.ClientPlace.UNKNOWN);
        Random random = new Random(5);
        for (int i = 0; i < 60_000; i++) {
            byte[] address = new byte[i % 3 == 0 ? 16 : 4];
            random.nextBytes(address);
            address[0] = 10;
            if (i % 2 == 0 && address.length == 4) {
                address[1] = address[2] = 0;
            }
            byte[] changed = table.change(address, 0, address.length).changed();
            if (i % 16 == 0) {
                assertThat(changed).isEqualTo(method.change(address));
            }
        }
    }
}
