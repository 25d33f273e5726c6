package io.stream53.processor.detect;

import io.stream53.processor.count.ByteReader;
import io.stream53.processor.count.ByteWriter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The signs of all subjects that one task has seen in one slot. */
final class SlotSigns {
    private static final int VERSION = 1;

    private final Map<Watch, Map<String, Signs>> signs = new EnumMap<>(Watch.class);

    /** Transactions by domain and by client: most subjects have no signs, only these. */
    final Totals domains = new Totals();

    final Totals clients = new Totals();
    private int size;
    private boolean empty = true;

    /** Those of servers by node and address, so that no key has to be made to find them. */
    private final Map<String, Map<String, Signs>> servers = new HashMap<>();

    // the server asked last, which is mostly the next one's
    private @Nullable String lastNode;
    private @Nullable String lastServer;
    private @Nullable Signs lastSigns;

    /** The signs of a subject, to be added to. */
    Signs of(Watch watch, String subject) {
        empty = false;
        Map<String, Signs> ofWatch = signs.get(watch);
        if (ofWatch == null) {
            ofWatch = new HashMap<>();
            signs.put(watch, ofWatch);
        }
        Signs found = ofWatch.get(subject);
        if (found == null) {
            found = new Signs();
            ofWatch.put(subject, found);
            size++;
        }
        return found;
    }

    /** The signs of a server as a node sees it, to be added to. */
    Signs ofServer(String node, String server) {
        Signs last = lastSigns;
        if (last == null || !server.equals(lastServer) || !node.equals(lastNode)) {
            last =
                    servers.computeIfAbsent(node, fresh -> new HashMap<>())
                            .computeIfAbsent(
                                    server,
                                    fresh -> {
                                        Signs signs =
                                                of(Watch.SERVER, Subject.server(node, server));
                                        signs.node(node);
                                        return signs;
                                    });
            lastNode = node;
            lastServer = server;
            lastSigns = last;
        }
        return last;
    }

    /** A transaction of a domain and a client, whatever came of it. */
    void total(String domain, String client, int weight) {
        empty = false;
        domains.add(domain, weight);
        clients.add(client, weight);
    }

    /** Subjects with signs. */
    int size() {
        return size;
    }

    boolean isEmpty() {
        return empty;
    }

    Map<Watch, Map<String, Signs>> all() {
        return signs;
    }

    void add(SlotSigns other) {
        empty &= other.empty;
        domains.add(other.domains);
        clients.add(other.clients);
        other.signs.forEach(
                (watch, subjects) ->
                        subjects.forEach((subject, more) -> of(watch, subject).add(more)));
    }

    void clear() {
        signs.clear();
        servers.clear();
        domains.clear();
        clients.clear();
        size = 0;
        empty = true;
        lastSigns = null;
    }

    byte[] toBytes() {
        ByteWriter out = new ByteWriter().u8(VERSION);
        domains.write(out);
        clients.write(out);
        out.varint(size);
        signs.forEach(
                (watch, subjects) ->
                        subjects.forEach(
                                (subject, of) -> {
                                    out.u8(watch.code).text(subject);
                                    of.write(out);
                                }));
        return out.toBytes();
    }

    /**
     * Adds what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    void read(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        in.version(VERSION, "signs of a slot");
        empty = false;
        domains.read(in);
        clients.read(in);
        int count = in.varint32();
        for (int i = 0; i < count; i++) {
            of(Watch.of(in.u8()), in.text()).add(Signs.read(in));
        }
    }
}
