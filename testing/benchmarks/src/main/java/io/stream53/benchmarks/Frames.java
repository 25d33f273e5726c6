package io.stream53.benchmarks;

import io.stream53.agent.source.FrameHandler;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Makes a capture that is read again and again into one long stream of traffic: each pass begins
 * where the one before ended, DNS over UDP and IPv4 comes from many public addresses instead of the
 * few of a laboratory, and responses may be held back, as a recursive resolver's are. Other frames
 * are only shifted in time.
 */
final class Frames implements FrameHandler {
    private static final int ETHERNET = 1;
    private static final int ETHERNET_BYTES = 14;
    private static final int UDP = 17;
    private static final int DNS_PORT = 53;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET = 0x1fff;
    private static final long PAUSE_US = 1_000;

    private record Held(byte[] bytes, int wireLength, long timeUs, int linkType) {}

    private final FrameHandler next;
    private final int clients;
    private final long answerDelayUs;
    private final Queue<Held> held = new ArrayDeque<>();

    /** Clients of fragmented responses, by the packet's id. */
    private final Map<Integer, byte[]> firstFragments = new HashMap<>();

    private long shiftUs;
    private long latestUs = Long.MIN_VALUE;
    private long passStartUs = Long.MIN_VALUE;

    /**
     * @param clients addresses that queries seem to come from; 0 leaves them as they were captured
     * @param answerDelayUs how much later a response is than in the capture
     */
    Frames(FrameHandler next, int clients, long answerDelayUs) {
        this.next = next;
        this.clients = clients;
        this.answerDelayUs = answerDelayUs;
    }

    /** The capture begins anew. */
    void nextPass() {
        shiftUs = latestUs == Long.MIN_VALUE ? 0 : latestUs + PAUSE_US;
        passStartUs = Long.MIN_VALUE;
    }

    @Override
    public void frame(
            byte[] buffer, int offset, int captured, int wire, long capturedUs, int linkType) {
        if (passStartUs == Long.MIN_VALUE) {
            passStartUs = shiftUs == 0 ? 0 : capturedUs;
        }
        long timeUs = capturedUs - passStartUs + shiftUs;
        latestUs = Math.max(latestUs, timeUs);
        release(timeUs);
        int udp = udpOverIpv4(buffer, offset, captured, linkType);
        if (udp < 0) {
            readdressFragment(buffer, offset, captured, linkType);
            next.frame(buffer, offset, captured, wire, timeUs, linkType);
            return;
        }
        boolean response = u16(buffer, udp) == DNS_PORT;
        if (clients > 0) {
            readdress(buffer, offset, udp, response);
        }
        if (response && answerDelayUs > 0) {
            byte[] copy = Arrays.copyOfRange(buffer, offset, offset + captured);
            held.add(new Held(copy, wire, timeUs + answerDelayUs, linkType));
        } else {
            next.frame(buffer, offset, captured, wire, timeUs, linkType);
        }
    }

    private void release(long timeUs) {
        for (Held frame = held.peek(); frame != null && frame.timeUs <= timeUs; ) {
            held.remove();
            next.frame(
                    frame.bytes,
                    0,
                    frame.bytes.length,
                    frame.wireLength,
                    frame.timeUs,
                    frame.linkType);
            frame = held.peek();
        }
    }

    /** Where the UDP header of a whole DNS message over IPv4 begins; -1 for anything else. */
    private static int udpOverIpv4(byte[] bytes, int offset, int captured, int linkType) {
        int ip = offset + ETHERNET_BYTES;
        if (linkType != ETHERNET
                || captured < ETHERNET_BYTES + 20 + 8 + 12
                || u16(bytes, ip - 2) != 0x0800
                || bytes[ip + 9] != UDP
                || (u16(bytes, ip + 6) & FRAGMENT_OFFSET) != 0) {
            return -1;
        }
        int udp = ip + 4 * (bytes[ip] & 0xf);
        boolean whole = udp + 8 + 12 <= offset + captured;
        return whole && (u16(bytes, udp) == DNS_PORT) != (u16(bytes, udp + 2) == DNS_PORT)
                ? udp
                : -1;
    }

    /** By the client's port and the DNS id, which a query and its response share. */
    private void readdress(byte[] bytes, int offset, int udp, boolean response) {
        int mixed = (u16(bytes, response ? udp + 2 : udp) << 16 | u16(bytes, udp + 8)) * 0x9E3779B9;
        int client = Integer.remainderUnsigned(mixed ^ mixed >>> 15, clients);
        int spread = client * 0x85EBCA6B;
        int at = offset + ETHERNET_BYTES + (response ? 16 : 12);
        // first bytes that are nowhere special: 11 to 90
        bytes[at] = (byte) (11 + Integer.remainderUnsigned(spread >>> 24, 80));
        bytes[at + 1] = (byte) (spread >>> 16);
        bytes[at + 2] = (byte) (spread >>> 8);
        bytes[at + 3] = (byte) client;
        int ip = offset + ETHERNET_BYTES;
        if (response && (u16(bytes, ip + 6) & MORE_FRAGMENTS) != 0) {
            firstFragments.put(u16(bytes, ip + 4), Arrays.copyOfRange(bytes, at, at + 4));
        }
    }

    /** Of a response: the rest of it goes to where its first fragment went. */
    private void readdressFragment(byte[] bytes, int offset, int captured, int linkType) {
        int ip = offset + ETHERNET_BYTES;
        if (clients > 0
                && linkType == ETHERNET
                && captured > ETHERNET_BYTES + 20
                && u16(bytes, ip - 2) == 0x0800
                && bytes[ip + 9] == UDP
                && (u16(bytes, ip + 6) & FRAGMENT_OFFSET) != 0) {
            byte[] client = firstFragments.get(u16(bytes, ip + 4));
            if (client != null) {
                System.arraycopy(client, 0, bytes, ip + 16, client.length);
            }
        }
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
