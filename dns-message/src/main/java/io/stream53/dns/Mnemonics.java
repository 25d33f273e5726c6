package io.stream53.dns;

/**
 * Names of the numbers in DNS messages. The enumerations are open: a number without a name keeps
 * its number (RFC 3597 section 5).
 */
public final class Mnemonics {
    private Mnemonics() {}

    /** Name of a TYPE or QTYPE, for example {@code AAAA}; {@code TYPE65280} without one. */
    public static String type(int number) {
        return "TYPE" + number;
    }

    /** Name of a CLASS or QCLASS, for example {@code IN}; {@code CLASS5} without one. */
    public static String recordClass(int number) {
        return "CLASS" + number;
    }

    /** Name of a 12-bit RCODE, for example {@code NXDOMAIN}; {@code RCODE24} without one. */
    public static String rcode(int number) {
        return "RCODE" + number;
    }

    /** Name of an OPCODE, for example {@code QUERY}; {@code OPCODE7} without one. */
    public static String opcode(int number) {
        return "OPCODE" + number;
    }
}
