package io.stream53.connect;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All addresses and all host names of a transaction in two lists, as ECS has them in {@code
 * related.ip} and {@code related.hosts}, so that one term finds a host in whatever part it has.
 *
 * @param addresses client, server and the addresses resolved, each once; without those not known
 * @param hosts the question's name, unless it is the root or unreadable
 */
record Related(Set<String> addresses, List<String> hosts) {
    /** What stands in a transaction for an address that is not known. */
    private static final Set<String> UNKNOWN = Set.of("0.0.0.0", "::");

    private static final String ROOT = ".";

    static Related of(RecordValue transaction) {
        Set<String> addresses = new LinkedHashSet<>();
        add(addresses, transaction.text("client", "ip"));
        add(addresses, transaction.text("server", "ip"));
        for (Object resolved : transaction.list("dns", "resolved_ip")) {
            add(addresses, resolved.toString());
        }
        String name = transaction.text("dns", "question", "name");
        boolean named = name != null && !name.isEmpty() && !name.equals(ROOT);
        return new Related(addresses, named ? List.of(name) : List.of());
    }

    private static void add(Set<String> addresses, @Nullable String address) {
        if (address != null && !UNKNOWN.contains(address)) {
            addresses.add(address);
        }
    }

    boolean isEmpty() {
        return addresses.isEmpty() && hosts.isEmpty();
    }
}
