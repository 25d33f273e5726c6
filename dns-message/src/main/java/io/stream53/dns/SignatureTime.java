package io.stream53.dns;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times in RRSIG records: seconds since 1970 in 32 bits, up to the year 2106. */
final class SignatureTime {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private SignatureTime() {}

    /** RFC 4034 section 3.2. */
    static String text(long seconds) {
        return FORMAT.format(Instant.ofEpochSecond(seconds));
    }
}
