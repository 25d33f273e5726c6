package io.stream53.processor.count;

import io.stream53.schema.TldCount;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The most frequent names, clients and names that do not exist, of one key in one window. Names and
 * clients are weighed by queries, so that their share of {@code queries} can be told; names that do
 * not exist by transactions, for their share of {@code nxdomain}.
 */
final class TopLists {
    /** Items of each list that a record shows. */
    static final int SHOWN = 10;

    private final TopList names;
    private final TopList clients;
    private final TopList nxdomainNames;

    /**
     * @param capacity as {@link TopList} has it
     */
    TopLists(int capacity) {
        this(new TopList(capacity), new TopList(capacity), new TopList(capacity));
    }

    private TopLists(TopList names, TopList clients, TopList nxdomainNames) {
        this.names = names;
        this.clients = clients;
        this.nxdomainNames = nxdomainNames;
    }

    int capacity() {
        return names.capacity();
    }

    void addClient(String ip, long queries) {
        clients.add(ip, queries);
    }

    /**
     * @param queries 0 for none
     * @param nxdomain transactions that say that the name does not exist, 0 for none
     */
    void addName(String name, long queries, long nxdomain) {
        if (queries > 0) {
            names.add(name, queries);
        }
        if (nxdomain > 0) {
            nxdomainNames.add(name, nxdomain);
        }
    }

    void add(TopLists other) {
        names.add(other.names);
        clients.add(other.clients);
        nxdomainNames.add(other.nxdomainNames);
    }

    /** Fills the record's lists; where there are none they are empty. */
    static void set(@Nullable TopLists tops, TldCount count) {
        count.setTopNames(tops == null ? List.of() : tops.names.top(SHOWN));
        count.setTopClients(tops == null ? List.of() : tops.clients.top(SHOWN));
        count.setTopNxdomainNames(tops == null ? List.of() : tops.nxdomainNames.top(SHOWN));
    }

    void write(ByteWriter out) {
        names.write(out);
        clients.write(out);
        nxdomainNames.write(out);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    static TopLists read(ByteReader in) {
        return new TopLists(TopList.read(in), TopList.read(in), TopList.read(in));
    }
}
