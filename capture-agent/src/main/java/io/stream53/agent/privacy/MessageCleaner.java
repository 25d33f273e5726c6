package io.stream53.agent.privacy;

import io.stream53.dns.Defect;
import io.stream53.dns.DnsMessage;
import io.stream53.dns.EdnsOptions;
import io.stream53.dns.RecordReader;
import io.stream53.dns.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of a message's bytes what tells its client, in place, so that every length and count
 * stays: the client subnet (RFC 7871) is changed as addresses are, cookies (RFC 7873), padding (RFC
 * 7830) and options that are not known to be harmless become zeros. A message that cannot be
 * cleaned for certain is not published: one that was not read whole, or is neither a query nor a
 * notification, or still holds the address in any of its forms.
 */
final class MessageCleaner {
    private static final int OPCODE_QUERY = 0;
    private static final int OPCODE_NOTIFY = 4;
    private static final int TYPE_OPT = 41;
    private static final int CLIENT_SUBNET = 8;
    private static final int SUBNET_FIXED_BYTES = 4;

    /** Fewer bytes of a subnet are too common to be looked for. */
    private static final int MIN_SOUGHT_BYTES = 3;

    private final AddressTable addresses;
    private final @Nullable Truncation truncation;
    private final RecordReader records = new RecordReader();
    private final EdnsOptions options = new EdnsOptions();
    private final DnsMessage cleaned = new DnsMessage();
    private byte[] copy = new byte[512];

    /** Those of the message whose bytes must not be elsewhere in it; it may have several. */
    private final List<byte[]> subnets = new ArrayList<>();

    /** Changes addresses by a table, and shortens prefixes where that truncates. */
    MessageCleaner(AddressTable addresses, @Nullable Truncation truncation) {
        this.addresses = addresses;
        this.truncation = truncation;
    }

    /**
     * The message as it may be published, valid until the next call; null when it may not.
     *
     * @param sought the forms of addresses that must not be in it
     */
    @Nullable DnsMessage clean(DnsMessage message, List<AddressTraces> sought) {
        boolean known = message.opcode() == OPCODE_QUERY || message.opcode() == OPCODE_NOTIFY;
        if (!known || message.defect() != Defect.NONE || !hasOneOptAtMost(message)) {
            return null;
        }
        subnets.clear();
        DnsMessage result = message;
        if (options.reset(message).next()) {
            result = withoutOptions(message);
        } else if (!options.isWellFormed()) {
            return null;
        }
        return result == null || holds(result, sought) ? null : result;
    }

    /** An option in a second OPT record, or in one that stands elsewhere, would be overlooked. */
    private boolean hasOneOptAtMost(DnsMessage message) {
        int found = 0;
        records.reset(message);
        while (records.next()) {
            if (records.type() == TYPE_OPT) {
                found += records.section() == Section.ADDITIONAL ? 1 : 2;
            }
        }
        return found <= 1 && records.defect() == Defect.NONE;
    }

    /** Null when the options break off. */
    private @Nullable DnsMessage withoutOptions(DnsMessage message) {
        int length = message.capturedLength();
        if (copy.length < length) {
            copy = new byte[Math.max(length, 2 * copy.length)];
        }
        System.arraycopy(message.bytes(), message.offset(), copy, 0, length);
        cleaned.parse(copy, 0, length, message.size());
        options.reset(cleaned);
        while (options.next()) {
            int from = options.offset();
            int to = from + options.length();
            if (options.code() == CLIENT_SUBNET) {
                subnet(from, to);
            } else if (!isHarmless(options.code())) {
                Arrays.fill(copy, from, to, (byte) 0);
            }
        }
        return options.isWellFormed() ? cleaned : null;
    }

    /** Options that speak of servers, zones and algorithms, and not of who asks. */
    private static boolean isHarmless(int code) {
        return switch (code) {
            case 3, // NSID, RFC 5001
                    5, // DAU, RFC 6975
                    6, // DHU, RFC 6975
                    7, // N3U, RFC 6975
                    9, // EXPIRE, RFC 7314
                    11, // TCP keepalive, RFC 7828
                    14, // key tag, RFC 8145
                    15, // extended error, RFC 8914
                    18, // report channel, RFC 9567
                    19 -> // zone version, RFC 9660
                    true;
            default -> false;
        };
    }

    /** RFC 7871 section 6; one that breaks its format becomes zeros. */
    private void subnet(int from, int to) {
        int given = to - from - SUBNET_FIXED_BYTES;
        int bytes = given < 0 || copy[from] != 0 ? 0 : addressBytes(copy[from + 1]);
        int prefix = bytes == 0 ? 0 : copy[from + 2] & 0xff;
        if (bytes == 0 || given > bytes || prefix > 8 * given) {
            Arrays.fill(copy, from, to, (byte) 0);
            return;
        }
        int at = from + SUBNET_FIXED_BYTES;
        byte[] address = Arrays.copyOf(Arrays.copyOfRange(copy, at, to), bytes);
        Truncation.keep(address, prefix);
        int kept = truncation == null ? prefix : Math.min(prefix, truncation.prefix(bytes));
        byte[] changed = addresses.change(address, 0, bytes).changed().clone();
        Truncation.keep(changed, kept);
        copy[from + 2] = (byte) kept;
        System.arraycopy(changed, 0, copy, at, given);
        int sought = (prefix + 7) / 8;
        if (sought >= MIN_SOUGHT_BYTES && !Arrays.equals(address, 0, sought, changed, 0, sought)) {
            subnets.add(Arrays.copyOf(address, sought));
        }
    }

    private static int addressBytes(byte family) {
        return switch (family) {
            case 1 -> 4;
            case 2 -> 16;
            default -> 0;
        };
    }

    private boolean holds(DnsMessage message, List<AddressTraces> sought) {
        int from = message.offset();
        int to = from + message.capturedLength();
        for (int i = 0; i < sought.size(); i++) {
            if (sought.get(i).in(message.bytes(), from, to)) {
                return true;
            }
        }
        for (int i = 0; i < subnets.size(); i++) {
            if (contains(message.bytes(), from, to, subnets.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(byte[] bytes, int from, int to, byte[] sought) {
        for (int at = from; at + sought.length <= to; at++) {
            if (bytes[at] == sought[0]
                    && Arrays.equals(bytes, at, at + sought.length, sought, 0, sought.length)) {
                return true;
            }
        }
        return false;
    }
}
