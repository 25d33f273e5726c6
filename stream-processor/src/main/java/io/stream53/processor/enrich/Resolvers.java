package io.stream53.processor.enrich;

import io.stream53.processor.enrich.NetworkNames.Network;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Public resolvers by the networks that they query from. A list has lines {@code name network}: the
 * network (an address, or address/prefix length) is the last word, what stands before it the name;
 * {@code #} begins a line of comment. Of networks within each other the longest prefix counts.
 * Immutable, for any thread.
 */
public final class Resolvers {
    private static final String BUNDLED = "resolvers.txt";
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private final NetworkNames ipv4;
    private final NetworkNames ipv6;

    private Resolvers(List<Network> ipv4, List<Network> ipv6) {
        this.ipv4 = new NetworkNames(ipv4);
        this.ipv6 = new NetworkNames(ipv6);
    }

    /** The list that comes with stream53; it says where its networks are published. */
    public static Resolvers bundled() {
        try (InputStream list = Resolvers.class.getResourceAsStream(BUNDLED)) {
            if (list == null) {
                throw new IllegalStateException("the list of public resolvers is not bundled");
            }
            return read(BUNDLED, new InputStreamReader(list, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a list of the operator's.
     *
     * @throws IOException with one sentence that names the file, and the line that is wrong
     */
    public static Resolvers open(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return read(file.toString(), reader);
        } catch (ListException wrong) {
            throw wrong;
        } catch (IOException e) {
            throw new IOException(
                    "The list of public resolvers %s cannot be read: %s.".formatted(file, e), e);
        }
    }

    /**
     * The name of the resolver that an address belongs to; null for any other address.
     *
     * @param address 4 or 16 bytes, network order; of any other length it belongs to none
     * @param truncated its host bits, nobody knows how many, were made zero: then the resolver is
     *     named only where every address that it may have been is that resolver's
     */
    @Nullable String find(byte[] address, boolean truncated) {
        return switch (address.length) {
            case IPV4_BYTES -> find(ipv4, 0, bits(address, 0, IPV4_BYTES), Integer.SIZE, truncated);
            case IPV6_BYTES ->
                    find(
                            ipv6,
                            bits(address, 0, Long.BYTES),
                            bits(address, Long.BYTES, Long.BYTES),
                            2 * Long.SIZE,
                            truncated);
            default -> null;
        };
    }

    private static @Nullable String find(
            NetworkNames names, long upper, long lower, int width, boolean truncated) {
        int range = names.rangeOf(upper, lower);
        if (truncated && range != names.rangeOf(lastUpper(upper, lower), lastLower(lower, width))) {
            return null;
        }
        return names.name(range);
    }

    /** The lower bits of the last address that truncation may have made into this one. */
    private static long lastLower(long lower, int width) {
        int zeros = Math.min(Long.numberOfTrailingZeros(lower), Math.min(width, Long.SIZE));
        return zeros == 0 ? lower : lower | -1L >>> Long.SIZE - zeros;
    }

    private static long lastUpper(long upper, long lower) {
        int zeros = lower == 0 ? Long.numberOfTrailingZeros(upper) : 0;
        return zeros == 0 ? upper : upper | -1L >>> Long.SIZE - zeros;
    }

    private static long bits(byte[] address, int from, int count) {
        long bits = 0;
        for (int i = from; i < from + count; i++) {
            bits = bits << Byte.SIZE | address[i] & 0xff;
        }
        return bits;
    }

    private static Resolvers read(String source, Reader text) throws IOException {
        BufferedReader lines = new BufferedReader(text);
        List<Network> ipv4 = new ArrayList<>();
        List<Network> ipv6 = new ArrayList<>();
        Map<List<BigInteger>, String> seen = new HashMap<>();
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String entry = line.strip();
            if (entry.isEmpty() || entry.charAt(0) == '#') {
                continue;
            }
            boolean isIpv4 = entry.indexOf(':') < 0;
            Network network = network(entry, source, number);
            String before =
                    seen.put(
                            List.of(
                                    network.first(),
                                    network.last(),
                                    isIpv4 ? BigInteger.ZERO : BigInteger.ONE),
                            network.name());
            if (before != null && !before.equals(network.name())) {
                throw new ListException(
                        "%s, line %d: this network was %s's before."
                                .formatted(source, number, before));
            }
            (isIpv4 ? ipv4 : ipv6).add(network);
        }
        return new Resolvers(ipv4, ipv6);
    }

    private static Network network(String entry, String source, int number) throws ListException {
        int begin = entry.length();
        while (begin > 0 && !Character.isWhitespace(entry.charAt(begin - 1))) {
            begin--;
        }
        String text = entry.substring(begin);
        String name = entry.substring(0, begin).strip();
        int slash = text.indexOf('/');
        try {
            byte[] address = address(slash < 0 ? text : text.substring(0, slash));
            int width = address.length * Byte.SIZE;
            int prefix = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1));
            BigInteger first = new BigInteger(1, address);
            if (!name.isEmpty()
                    && prefix >= 0
                    && prefix <= width
                    && (first.signum() == 0 || first.getLowestSetBit() >= width - prefix)) {
                BigInteger hosts = BigInteger.ONE.shiftLeft(width - prefix);
                return new Network(first, first.add(hosts).subtract(BigInteger.ONE), name);
            }
        } catch (IllegalArgumentException noNetwork) {
            // Said below.
        }
        throw new ListException(
                "%s, line %d: '%s' is no 'name network' such as 'Example 192.0.2.0/24', with host bits of zero."
                        .formatted(source, number, entry));
    }

    private static byte[] address(String text) {
        boolean plain =
                text.indexOf(':') >= 0
                        ? text.indexOf('%') < 0
                        : text.chars().filter(c -> c == '.').count() == IPV4_BYTES - 1;
        if (!plain) {
            throw new IllegalArgumentException(text);
        }
        byte[] address = InetAddress.ofLiteral(text).getAddress();
        if (text.indexOf(':') >= 0 && address.length == IPV4_BYTES) {
            throw new IllegalArgumentException(text);
        }
        return address;
    }

    /** A line that is none; the message is the sentence for the user. */
    private static final class ListException extends IOException {
        @java.io.Serial private static final long serialVersionUID = 1;

        ListException(String sentence) {
            super(sentence);
        }
    }
}
