package io.stream53.dns;

/**
 * Names of the numbers in DNS messages, as IANA's registry "Domain Name System (DNS) Parameters"
 * has them. The enumerations are open: a number without a name keeps its number (RFC 3597 section
 * 5).
 */
public final class Mnemonics {
    private static final OpenEnumeration TYPES =
            new OpenEnumeration(
                    "TYPE",
                    """
                    1 A 2 NS 3 MD 4 MF 5 CNAME 6 SOA 7 MB 8 MG 9 MR 10 NULL 11 WKS 12 PTR 13 HINFO
                    14 MINFO 15 MX 16 TXT 17 RP 18 AFSDB 19 X25 20 ISDN 21 RT 22 NSAP 23 NSAP-PTR
                    24 SIG 25 KEY 26 PX 27 GPOS 28 AAAA 29 LOC 30 NXT 31 EID 32 NIMLOC 33 SRV
                    34 ATMA 35 NAPTR 36 KX 37 CERT 38 A6 39 DNAME 40 SINK 41 OPT 42 APL 43 DS
                    44 SSHFP 45 IPSECKEY 46 RRSIG 47 NSEC 48 DNSKEY 49 DHCID 50 NSEC3
                    51 NSEC3PARAM 52 TLSA 53 SMIMEA 55 HIP 56 NINFO 57 RKEY 58 TALINK 59 CDS
                    60 CDNSKEY 61 OPENPGPKEY 62 CSYNC 63 ZONEMD 64 SVCB 65 HTTPS 66 DSYNC 67 HHIT
                    68 BRID 99 SPF 100 UINFO 101 UID 102 GID 103 UNSPEC 104 NID 105 L32 106 L64
                    107 LP 108 EUI48 109 EUI64 128 NXNAME 249 TKEY 250 TSIG 251 IXFR 252 AXFR
                    253 MAILB 254 MAILA 255 ANY 256 URI 257 CAA 258 AVC 259 DOA 260 AMTRELAY
                    261 RESINFO 262 WALLET 263 CLA 264 IPN 32768 TA 32769 DLV
                    """);
    private static final OpenEnumeration CLASSES =
            new OpenEnumeration("CLASS", "1 IN 3 CH 4 HS 254 NONE 255 ANY");
    private static final OpenEnumeration RCODES =
            new OpenEnumeration(
                    "RCODE",
                    """
                    0 NOERROR 1 FORMERR 2 SERVFAIL 3 NXDOMAIN 4 NOTIMP 5 REFUSED 6 YXDOMAIN
                    7 YXRRSET 8 NXRRSET 9 NOTAUTH 10 NOTZONE 11 DSOTYPENI 16 BADVERS 17 BADKEY
                    18 BADTIME 19 BADMODE 20 BADNAME 21 BADALG 22 BADTRUNC 23 BADCOOKIE
                    """);
    private static final OpenEnumeration OPCODES =
            new OpenEnumeration("OPCODE", "0 QUERY 1 IQUERY 2 STATUS 4 NOTIFY 5 UPDATE 6 DSO");

    private Mnemonics() {}

    /** Name of a TYPE or QTYPE, for example {@code AAAA}; {@code TYPE65280} without one. */
    public static String type(int number) {
        return TYPES.name(number);
    }

    /** Name of a CLASS or QCLASS, for example {@code IN}; {@code CLASS5} without one. */
    public static String recordClass(int number) {
        return CLASSES.name(number);
    }

    /** Name of a 12-bit RCODE, for example {@code NXDOMAIN}; {@code RCODE24} without one. */
    public static String rcode(int number) {
        return RCODES.name(number);
    }

    /** Name of an OPCODE, for example {@code QUERY}; {@code OPCODE7} without one. */
    public static String opcode(int number) {
        return OPCODES.name(number);
    }

    /** Number of a TYPE by its name, {@code TYPE65280} included; -1 when there is none. */
    public static int typeNumber(String name) {
        return TYPES.number(name);
    }

    /** Number of an RCODE by its name, {@code RCODE24} included; -1 when there is none. */
    public static int rcodeNumber(String name) {
        return RCODES.number(name);
    }
}
