package io.stream53.agent.packet;

/**
 * Beginnings of TCP connections: where the streams start, and how long the handshake took (RFC 9293
 * section 3.5). A SYN costs one of a fixed number of places and no memory, so a flood of them costs
 * nothing but such places: where one is overwritten, its connection is read as one whose beginning
 * was not seen, and its round trip is unknown.
 *
 * <p>The round trip is the time from the SYN to the client's first acknowledgement of the SYN-ACK.
 * Near the server the time from SYN to SYN-ACK is almost nothing and that from SYN-ACK to ACK is
 * the round trip; near the client it is the other way round; anywhere between, their sum is. After
 * a repeated SYN or SYN-ACK nobody knows which one was answered, so it is unknown (Karn's rule, RFC
 * 6298 section 3).
 */
final class Handshakes {
    private static final int PLACES = 1 << 14;
    private static final int WAYS = 4;
    private static final int MAX_ROUND_TRIP_US = 60_000_000;

    private static final byte SYN = 1;
    private static final byte SYN_ACK = 2;
    private static final byte AMBIGUOUS = 4;
    private static final byte CLIENT_BEGUN = 8;
    private static final byte SERVER_BEGUN = 16;

    private long[] connections = {};
    private long[] clients = {};
    private long[] synUs = {};
    private int[] clientStarts = {};
    private int[] serverStarts = {};
    private int[] roundTrips = {};
    private byte[] states = {};

    /** Takes a segment with the SYN flag. */
    void syn(TcpSegment in, Endpoints ends) {
        if (states.length == 0) {
            allocate();
        }
        int place = find(ends);
        if (in.has(TcpSegment.ACK)) {
            synAck(place < 0 ? begin(ends, ends.destination, in.timeUs) : place, in);
        } else if (place >= 0 && isRepeated(place, in, ends)) {
            states[place] |= AMBIGUOUS;
        } else {
            int used = place < 0 ? begin(ends, ends.source, in.timeUs) : place;
            clients[used] = ends.source;
            synUs[used] = in.timeUs;
            clientStarts[used] = in.sequence;
            roundTrips[used] = PacketView.NO_ROUND_TRIP;
            states[used] = SYN;
        }
    }

    private boolean isRepeated(int place, TcpSegment in, Endpoints ends) {
        return (states[place] & SYN) != 0
                && clients[place] == ends.source
                && clientStarts[place] == in.sequence;
    }

    private void synAck(int place, TcpSegment in) {
        if ((states[place] & SYN_ACK) != 0) {
            states[place] |= AMBIGUOUS;
        }
        states[place] |= SYN_ACK;
        serverStarts[place] = in.sequence;
    }

    private void allocate() {
        connections = new long[PLACES];
        clients = new long[PLACES];
        synUs = new long[PLACES];
        clientStarts = new int[PLACES];
        serverStarts = new int[PLACES];
        roundTrips = new int[PLACES];
        states = new byte[PLACES];
    }

    /** A free place among the few of a connection, or the oldest of them. */
    private int begin(Endpoints ends, long client, long timeUs) {
        int base = base(ends);
        int oldest = base;
        for (int place = base; place < base + WAYS; place++) {
            if (states[place] == 0) {
                oldest = place;
                break;
            }
            if (synUs[place] < synUs[oldest]) {
                oldest = place;
            }
        }
        connections[oldest] = ends.connection;
        clients[oldest] = client;
        synUs[oldest] = timeUs;
        roundTrips[oldest] = PacketView.NO_ROUND_TRIP;
        states[oldest] = 0;
        return oldest;
    }

    private static int base(Endpoints ends) {
        return (int) (ends.connection & (PLACES - 1)) & -WAYS;
    }

    /** The connection's place; -1 when it has none. */
    private int find(Endpoints ends) {
        if (states.length == 0) {
            return -1;
        }
        int base = base(ends);
        for (int place = base; place < base + WAYS; place++) {
            if (states[place] != 0 && connections[place] == ends.connection) {
                return place;
            }
        }
        return -1;
    }

    /** Takes an acknowledgement, which may be the one that ends the handshake. */
    void acknowledgement(TcpSegment in, Endpoints ends) {
        int place = find(ends);
        if (place < 0 || clients[place] != ends.source) {
            return;
        }
        byte both = SYN | SYN_ACK;
        boolean known = (states[place] & (both | AMBIGUOUS)) == both;
        long tookUs = in.timeUs - synUs[place];
        boolean plausible = tookUs >= 0 && tookUs <= MAX_ROUND_TRIP_US;
        if (known
                && plausible
                && roundTrips[place] == PacketView.NO_ROUND_TRIP
                && in.acknowledgement - serverStarts[place] >= 0) {
            roundTrips[place] = (int) tookUs;
        }
    }

    /** Microseconds, or {@link PacketView#NO_ROUND_TRIP}. */
    int roundTripUs(Endpoints ends) {
        int place = find(ends);
        return place < 0 ? PacketView.NO_ROUND_TRIP : roundTrips[place];
    }

    /**
     * Whether this segment's stream began where the handshake says, so that {@link #start} is to be
     * asked: once for each direction, for a stream that was forgotten does not begin there again.
     */
    boolean begins(TcpSegment in, Endpoints ends) {
        int place = find(ends);
        if (place < 0) {
            return false;
        }
        boolean client = clients[place] == ends.source;
        byte begun = client ? CLIENT_BEGUN : SERVER_BEGUN;
        byte needed = client ? SYN : SYN_ACK;
        int ahead = in.sequence - (client ? clientStarts[place] : serverStarts[place]);
        boolean begins =
                (states[place] & (begun | needed)) == needed
                        && ahead >= 0
                        && ahead < TcpStream.WINDOW;
        states[place] |= begun;
        return begins;
    }

    /** Number of the first byte of this segment's stream. */
    int start(Endpoints ends) {
        int place = find(ends);
        if (place < 0) {
            return 0;
        }
        return clients[place] == ends.source ? clientStarts[place] : serverStarts[place];
    }
}
