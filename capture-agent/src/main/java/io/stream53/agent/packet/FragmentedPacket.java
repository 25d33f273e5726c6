package io.stream53.agent.packet;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The fragments of one packet that have come so far. They never overlap, so the packet is complete
 * when the last is there and their lengths add up to its end: what RFC 815's list of holes tells,
 * told by one number.
 */
final class FragmentedPacket {
    /** What a fragment was to those before it. */
    enum Fit {
        NEW,
        /** The same again. */
        DUPLICATE,
        /** Part of it had come before, or it is another in the same place (RFC 5722). */
        OVERLAP,
        /** Two ends, or something behind the end. */
        CONTRADICTION
    }

    /** About what the objects weigh that are not bytes of fragments. */
    static final int BYTES = 320;

    static final int BYTES_PER_PART = 128;

    /**
     * A fragment.
     *
     * @param bytes those that the capture holds, from its beginning
     * @param length bytes on the wire
     */
    private record Part(byte[] bytes, int length) {
        boolean startsLike(byte[] other) {
            int common = Math.min(bytes.length, other.length);
            return Arrays.equals(bytes, 0, common, other, 0, common);
        }
    }

    /**
     * What fragments were put together to.
     *
     * @param bytes source, destination, then what the fragments held
     * @param addressBytes of each address, 4 or 16
     * @param ttl of the first fragment
     * @param protocol what begins behind the addresses, a protocol or an IPv6 header
     * @param end where the bytes that were captured end
     * @param wireEnd where those that were sent end
     */
    record Whole(byte[] bytes, int addressBytes, int ttl, int protocol, int end, int wireEnd) {}

    private static final int UNKNOWN = -1;

    final FragmentKey key;
    final long startUs;
    final boolean repeats;

    private final TreeMap<Integer, Part> parts = new TreeMap<>();
    private int covered;
    private int total = UNKNOWN;
    private int ttl;
    private int protocol;
    private int weight = BYTES;

    /**
     * A packet without fragments.
     *
     * @param startUs event time, in microseconds
     * @param repeats all its fragments were in a whole packet before: a mirror port or a network
     *     shows them twice
     */
    FragmentedPacket(FragmentKey key, long startUs, boolean repeats) {
        this.key = key;
        this.startUs = startUs;
        this.repeats = repeats;
    }

    /** Takes a fragment in, when it is new and fits. */
    Fit add(IpPacket ip, byte[] packet, int end) {
        int offset = ip.fragmentOffset;
        int length = ip.wireEnd - ip.fragmentPart;
        byte[] bytes = capturedPart(ip, packet, end);
        Map.Entry<Integer, Part> before = parts.floorEntry(offset);
        if (before != null && before.getKey() + before.getValue().length > offset) {
            boolean same =
                    before.getKey() == offset
                            && before.getValue().length == length
                            && (offset + length == total) != ip.moreFragments
                            && before.getValue().startsLike(bytes);
            return same ? Fit.DUPLICATE : Fit.OVERLAP;
        }
        Integer after = parts.ceilingKey(offset);
        if (after != null && after < offset + length) {
            return Fit.OVERLAP;
        }
        if (contradicts(offset + length, ip.moreFragments)) {
            return Fit.CONTRADICTION;
        }
        parts.put(offset, new Part(bytes, length));
        covered += length;
        weight += BYTES_PER_PART + bytes.length;
        if (!ip.moreFragments) {
            total = offset + length;
        }
        if (offset == 0) {
            ttl = ip.ttl;
            protocol = ip.fragmentProtocol;
        }
        return Fit.NEW;
    }

    static byte[] capturedPart(IpPacket ip, byte[] packet, int end) {
        return Arrays.copyOfRange(packet, ip.fragmentPart, Math.max(ip.fragmentPart, end));
    }

    private boolean contradicts(int end, boolean more) {
        if (total != UNKNOWN) {
            return !more || end > total;
        }
        Map.Entry<Integer, Part> last = parts.lastEntry();
        return !more && last != null && last.getKey() + last.getValue().length > end;
    }

    boolean isComplete() {
        return covered == total;
    }

    boolean hasFirst() {
        return parts.containsKey(0);
    }

    /** Fragments taken in. */
    int frames() {
        return parts.size();
    }

    /** Bytes of memory, about. */
    int weight() {
        return weight;
    }

    /** What a fragment will weigh in its packet. */
    static int weightOf(IpPacket ip, int end) {
        return BYTES_PER_PART + Math.max(0, end - ip.fragmentPart);
    }

    /** What tells each fragment from others, for the time after the packet. */
    long[] marks() {
        long[] marks = new long[parts.size()];
        int i = 0;
        for (Map.Entry<Integer, Part> entry : parts.entrySet()) {
            Part part = entry.getValue();
            marks[i++] = mark(entry.getKey(), part.length, part.bytes, 0, part.bytes.length);
        }
        return marks;
    }

    /** The same of one fragment that has just come. */
    static long mark(IpPacket ip, byte[] packet, int end) {
        int from = ip.fragmentPart;
        return mark(ip.fragmentOffset, ip.wireEnd - from, packet, from, Math.max(from, end));
    }

    private static long mark(int offset, int length, byte[] bytes, int from, int end) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, end - from);
        return (long) offset << 48 | (long) length << 32 | crc.getValue();
    }

    /** Puts a complete packet together; it ends early where the capture cut a fragment. */
    Whole whole() {
        int from = 2 * key.addressBytes();
        byte[] bytes = new byte[from + total];
        key.copyAddresses(bytes);
        int end = from;
        for (Map.Entry<Integer, Part> entry : parts.entrySet()) {
            Part part = entry.getValue();
            System.arraycopy(part.bytes, 0, bytes, end, part.bytes.length);
            end += part.bytes.length;
            if (part.bytes.length < part.length) {
                break;
            }
        }
        return new Whole(bytes, key.addressBytes(), ttl, protocol, end, from + total);
    }
}
