package io.stream53.processor.enrich;

import io.stream53.dns.Ipv6Text;
import java.util.HexFormat;

/** Text of addresses. */
final class AddressText {
    private AddressText() {}

    /** Dotted decimal, or RFC 5952; hex for a length that no address has. */
    static String of(byte[] address) {
        StringBuilder text = new StringBuilder(39);
        switch (address.length) {
            case 4 -> {
                for (int i = 0; i < 4; i++) {
                    text.append(i == 0 ? "" : ".").append(address[i] & 0xff);
                }
            }
            case 16 -> Ipv6Text.append(text, address, 0);
            default -> text.append(HexFormat.of().formatHex(address));
        }
        return text.toString();
    }
}
