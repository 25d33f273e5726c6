package io.stream53.processor.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** A list of which every instance has a part. */
interface Listing {
    /** Names of its parameters. */
    List<String> parameters();

    /**
     * This instance's items in their order, at most one more than the limit.
     *
     * @throws ApiException when a parameter cannot be used
     */
    List<ObjectNode> items(Query query);

    /** The order of items of all instances. */
    Comparator<ObjectNode> order(Query query);

    /** How many items are given at most. */
    int limit(Query query);

    /** What an item is about: another with the same id is about the same. */
    String id(ObjectNode item);

    /** One item of two instances' that are about the same. */
    default ObjectNode merge(ObjectNode one, ObjectNode other) {
        return other;
    }

    /** Partitions of partial counts, of so many, that items can be in. */
    default Set<Integer> partitions(Query query, int of) {
        return Partitions.all(of);
    }

    /** Whether tasks that read dns.raw have a part of it too. */
    default boolean asksSources() {
        return false;
    }
}
