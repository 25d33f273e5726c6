package io.stream53.agent.packet;

import io.stream53.dns.DnsMessage;
import java.util.Arrays;

/**
 * The zone transfers of one connection: ids of AXFR (RFC 5936) and IXFR (RFC 1995) queries, and
 * which of them were answered already. Tells first responses from later ones, which need not repeat
 * the question.
 */
final class TransferIds {
    /** Transfers at a time in one connection; of more the oldest is forgotten. */
    private static final int MAX = 8;

    private static final int ANSWERED = 1 << 16;
    private static final int FREE = -1;

    private final int[] ids = new int[MAX];
    private int next;

    TransferIds() {
        Arrays.fill(ids, FREE);
    }

    static boolean isQuery(DnsMessage message) {
        return !message.isResponse() && message.asksForTransfer();
    }

    /** Takes a query: it begins a transfer, or ends one by taking its id for something else. */
    void query(DnsMessage message) {
        int place = find(message.id());
        boolean transfer = isQuery(message);
        if (place >= 0) {
            ids[place] = transfer ? message.id() : FREE;
        } else if (transfer) {
            ids[next] = message.id();
            next = (next + 1) % MAX;
        }
    }

    /** Takes a response. */
    PacketView.TransferPart response(DnsMessage message) {
        int place = find(message.id());
        if (place < 0) {
            return PacketView.TransferPart.UNKNOWN;
        }
        boolean first = (ids[place] & ANSWERED) == 0;
        ids[place] |= ANSWERED;
        return first ? PacketView.TransferPart.FIRST : PacketView.TransferPart.LATER;
    }

    private int find(int id) {
        for (int i = 0; i < MAX; i++) {
            if (ids[i] != FREE && (ids[i] & 0xffff) == id) {
                return i;
            }
        }
        return -1;
    }
}
