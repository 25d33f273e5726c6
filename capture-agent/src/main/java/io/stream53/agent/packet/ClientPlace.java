package io.stream53.agent.packet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where a client is, as looked up before its address was changed. Immutable; the texts are UTF-8,
 * ready for the record, and empty where nothing is known.
 */
public final class ClientPlace {
    /** What MMDB files say has no bound of its own. */
    private static final int MAX_TEXT_BYTES = 255;

    /** Nothing is known. */
    public static final ClientPlace UNKNOWN = new ClientPlace("", "", 0, "");

    private final byte[] continent;
    private final byte[] country;
    private final long asNumber;
    private final byte[] asOrganization;

    /**
     * A place.
     *
     * @param continent two letters
     * @param country two letters (ISO 3166-1)
     * @param asNumber of the autonomous system; 0 when unknown
     * @param asOrganization its name
     */
    public ClientPlace(String continent, String country, long asNumber, String asOrganization) {
        this.continent = utf8(continent);
        this.country = utf8(country);
        this.asNumber = asNumber;
        this.asOrganization = utf8(asOrganization);
    }

    /** Cut between characters. */
    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_TEXT_BYTES);
        while (length < bytes.length && (bytes[length] & 0xc0) == 0x80) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    /** Two letters; not to be changed. */
    public byte[] continent() {
        return continent;
    }

    /** Two letters; not to be changed. */
    public byte[] country() {
        return country;
    }

    /** 0 when unknown. */
    public long asNumber() {
        return asNumber;
    }

    /** Not to be changed. */
    public byte[] asOrganization() {
        return asOrganization;
    }
}
