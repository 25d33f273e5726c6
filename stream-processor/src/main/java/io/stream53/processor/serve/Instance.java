package io.stream53.processor.serve;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the HTTP side asks the running processor. Safe for all threads. */
public interface Instance {
    /**
     * An instance of the group, and which tasks it has.
     *
     * @param host that others reach it by
     * @param self this one
     * @param partitions of partial counts that it merges
     * @param sources partitions of dns.raw that it reads
     */
    record Member(
            String host, int port, boolean self, Set<Integer> partitions, Set<Integer> sources) {
        String authority() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    StatusServer.Health health();

    /** The state of Kafka Streams, by its own name. */
    String state();

    /** Records of dns.raw by partition that are not committed yet; empty while nobody knows. */
    Map<Integer, Long> lag();

    /** Whether a partition of dns.raw is read to its end. */
    boolean isCaughtUp(int partition);

    /** Partitions of dns.raw, and of the partial counts; 0 until they are known. */
    int partitions();

    /**
     * The instances that can be reached, as the group tells it; empty while it does not, or when
     * this instance has no advertised address.
     */
    List<Member> members();
}
