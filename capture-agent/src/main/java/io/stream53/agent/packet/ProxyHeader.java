package io.stream53.agent.packet;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * A PROXY protocol header (HAProxy's proxy-protocol.txt, versions 1 and 2): whom the sender stands
 * for. A reused object whose fields hold what {@link #parse} found.
 */
final class ProxyHeader {
    /** What stands at the beginning of a payload. */
    enum Verdict {
        /** No header: the payload begins at once. */
        NONE,
        /** So far it may be one. */
        INCOMPLETE,
        /** A header of {@link ProxyHeader#length} bytes. */
        GOOD,
        /** It begins like one and breaks the format. */
        MALFORMED
    }

    /** More than addresses and the usual TLVs take; an unbounded header would hold memory. */
    static final int MAX_BYTES = 4096;

    private static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };
    private static final byte[] TEXT_SIGNATURE = {'P', 'R', 'O', 'X', 'Y', ' '};
    private static final int FIXED_BYTES = 16;
    private static final int MAX_TEXT_BYTES = 107;

    /** Bytes of the header. */
    int length;

    /** 4 or 16; 0 when the header names no addresses, so that the packet's own hold. */
    int addressBytes;

    /** The client's address, and behind it that to which the client spoke. */
    final byte[] addresses = new byte[32];

    int sourcePort;
    int destinationPort;

    /**
     * Reads what stands there.
     *
     * @param end where the bytes end that are there
     */
    Verdict parse(byte[] bytes, int at, int end) {
        addressBytes = 0;
        if (begins(bytes, at, end, TEXT_SIGNATURE)) {
            return text(bytes, at, end);
        }
        if (!begins(bytes, at, end, SIGNATURE)) {
            return Verdict.NONE;
        }
        if (at + FIXED_BYTES > end) {
            return Verdict.INCOMPLETE;
        }
        length = FIXED_BYTES + Bytes.u16(bytes, at + 14);
        int version = Bytes.u8(bytes, at + 12) >>> 4;
        if (version != 2 || length > MAX_BYTES) {
            return Verdict.MALFORMED;
        }
        return at + length > end ? Verdict.INCOMPLETE : binary(bytes, at);
    }

    /** Whether bytes begin with a signature, or with as much of it as there is. */
    private static boolean begins(byte[] bytes, int at, int end, byte[] signature) {
        int count = Math.min(signature.length, end - at);
        for (int i = 0; i < count; i++) {
            if (bytes[at + i] != signature[i]) {
                return false;
            }
        }
        return count > 0;
    }

    /** Version 2, section 2.2 of the specification: command, family, addresses, TLVs. */
    private Verdict binary(byte[] bytes, int at) {
        int command = Bytes.u8(bytes, at + 12) & 0xf;
        int family = Bytes.u8(bytes, at + 13) >>> 4;
        int transport = Bytes.u8(bytes, at + 13) & 0xf;
        if (command > 1 || family > 3 || transport > 2) {
            return Verdict.MALFORMED;
        }
        int size = family == 1 ? 4 : family == 2 ? 16 : 0;
        // LOCAL: the proxy speaks for itself, and what follows is to be skipped
        if (command == 0) {
            return Verdict.GOOD;
        }
        int addressEnd = at + FIXED_BYTES + (family == 3 ? 216 : size == 0 ? 0 : 2 * size + 4);
        if (addressEnd > at + length || !areTlvs(bytes, addressEnd, at + length)) {
            return Verdict.MALFORMED;
        }
        if (size != 0) {
            addressBytes = size;
            System.arraycopy(bytes, at + FIXED_BYTES, addresses, 0, 2 * size);
            sourcePort = Bytes.u16(bytes, addressEnd - 4);
            destinationPort = Bytes.u16(bytes, addressEnd - 2);
        }
        return Verdict.GOOD;
    }

    /** Type in one byte, length in two. */
    private static boolean areTlvs(byte[] bytes, int from, int end) {
        int at = from;
        while (at + 3 <= end) {
            at += 3 + Bytes.u16(bytes, at + 1);
        }
        return at == end;
    }

    /** Version 1, section 2.1: {@code PROXY TCP4 192.0.2.1 198.51.100.53 40000 53\r\n}. */
    private Verdict text(byte[] bytes, int at, int end) {
        int limit = Math.min(end, at + MAX_TEXT_BYTES);
        int line = at;
        while (line < limit && bytes[line] != '\n') {
            line++;
        }
        if (line == limit) {
            return end - at < MAX_TEXT_BYTES ? Verdict.INCOMPLETE : Verdict.MALFORMED;
        }
        if (bytes[line - 1] != '\r') {
            return Verdict.MALFORMED;
        }
        length = line + 1 - at;
        String text = new String(bytes, at, length - 2, StandardCharsets.US_ASCII);
        String[] words = text.split(" ", -1);
        if (words.length >= 2 && words[1].equals("UNKNOWN")) {
            return Verdict.GOOD;
        }
        return words.length == 6 && addresses(words) ? Verdict.GOOD : Verdict.MALFORMED;
    }

    private boolean addresses(String[] words) {
        try {
            byte[] source = InetAddress.ofLiteral(words[2]).getAddress();
            byte[] destination = InetAddress.ofLiteral(words[3]).getAddress();
            int size = words[1].equals("TCP4") ? 4 : words[1].equals("TCP6") ? 16 : -1;
            int from = Integer.parseInt(words[4]);
            int to = Integer.parseInt(words[5]);
            if (source.length != size || destination.length != size || !arePorts(from, to)) {
                return false;
            }
            System.arraycopy(source, 0, addresses, 0, size);
            System.arraycopy(destination, 0, addresses, size, size);
            addressBytes = size;
            sourcePort = from;
            destinationPort = to;
            return true;
        } catch (IllegalArgumentException e) {
            // no addresses, or no numbers
            return false;
        }
    }

    private static boolean arePorts(int from, int to) {
        return (from | to) >= 0 && from <= 0xffff && to <= 0xffff;
    }
}
