package io.stream53.agent.privacy;

import com.maxmind.db.Reader;
import io.stream53.agent.packet.ClientPlace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks up continent, country and network in MMDB files, of two layouts: MaxMind's own, which nests
 * ({@code country.iso_code}), and the flat one of the ip-location-db files ({@code country_code}).
 * Later files fill in what earlier ones leave empty.
 */
final class GeoFiles {
    private record File(Reader reader, int ipVersion) {}

    private final List<File> files;

    private GeoFiles(List<File> files) {
        this.files = files;
    }

    /**
     * Reads files onto the heap: a mapped one that is overwritten would take the process down.
     *
     * @throws IOException with one sentence that names the file that is not readable as MMDB
     */
    static GeoFiles open(List<Path> paths) throws IOException {
        List<File> files = new ArrayList<>();
        for (Path path : paths) {
            try {
                Reader reader = new Reader(new ByteArrayInputStream(Files.readAllBytes(path)));
                files.add(new File(reader, reader.getMetadata().ipVersion()));
            } catch (NoSuchFileException missing) {
                throw new IOException("GeoIP file %s does not exist".formatted(path), missing);
            } catch (IOException | RuntimeException unreadable) {
                throw new IOException(
                        "GeoIP file %s cannot be read as MMDB: %s"
                                .formatted(path, unreadable.getMessage()),
                        unreadable);
            }
        }
        return new GeoFiles(files);
    }

    /** What they say about an address of 4 or 16 bytes. */
    ClientPlace find(byte[] address) {
        return place(files.stream().map(file -> fields(file, address)).toList());
    }

    /** The records of all files, in their order, as one place. */
    static ClientPlace place(List<? extends Map<?, ?>> records) {
        String continent = "";
        String country = "";
        long number = 0;
        String organization = "";
        for (Map<?, ?> fields : records) {
            String code = country(fields);
            if (country.isEmpty() || country.equals(code)) {
                country = code;
                continent = first(continent, text(fields, "continent", "code"));
            }
            if (number == 0) {
                number = number(fields.get("autonomous_system_number"));
                organization = text(fields, "autonomous_system_organization");
            }
        }
        boolean known = !continent.isEmpty() || !country.isEmpty() || number != 0;
        return known
                ? new ClientPlace(continent, country, number, organization)
                : ClientPlace.UNKNOWN;
    }

    private static Map<?, ?> fields(File file, byte[] address) {
        // The tree of a file for IPv4 would be walked with the first 32 bits of an IPv6 address.
        if (file.ipVersion == 4 && address.length != 4) {
            return Map.of();
        }
        try {
            Map<?, ?> fields = file.reader.get(InetAddress.getByAddress(address), Map.class);
            return fields == null ? Map.of() : fields;
        } catch (IOException | RuntimeException damaged) {
            return Map.of();
        }
    }

    /** Two letters, upper case; files write other things for unknown. */
    private static String country(Map<?, ?> fields) {
        String code = first(text(fields, "country", "iso_code"), text(fields, "country_code"));
        return code.matches("[A-Za-z]{2}") && !code.equalsIgnoreCase("ZZ")
                ? code.toUpperCase(Locale.ROOT)
                : "";
    }

    /** The text at the end of a path of nested maps; empty when it is not there. */
    private static String text(Map<?, ?> fields, String... path) {
        Object value = fields;
        for (String step : path) {
            value = value instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return value instanceof String text ? text : "";
    }

    private static long number(@Nullable Object value) {
        return switch (value) {
            case Number number -> number.longValue();
            case String text when text.matches("[0-9]{1,10}") -> Long.parseLong(text);
            case null, default -> 0;
        };
    }

    private static String first(String one, String other) {
        return one.isEmpty() ? other : one;
    }
}
