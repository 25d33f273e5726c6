package io.stream53.connect;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whom the open alerts are about; never changes. */
record OpenAlerts(Set<Subject> subjects) {
    static final OpenAlerts NONE = new OpenAlerts(Set.of());

    /**
     * The subject of an alert, as {@code DnsAlert} has it.
     *
     * @param kind registered_domain, client or server
     * @param node of a server the node that sees it; null for domains and clients
     */
    record Subject(String kind, String value, @Nullable String node) {}

    OpenAlerts {
        subjects = Set.copyOf(subjects);
    }

    /** Whether the transaction's domain, client or server is the subject of one. */
    boolean areAbout(RecordValue transaction) {
        return !subjects.isEmpty()
                && (has("registered_domain", domain(transaction), null)
                        || has("client", transaction.text("client", "ip"), null)
                        || has(
                                "server",
                                transaction.text("server", "ip"),
                                transaction.text("observer", "name")));
    }

    private boolean has(String kind, @Nullable String value, @Nullable String node) {
        return value != null && subjects.contains(new Subject(kind, value, node));
    }

    /** The registered domain, or the name itself where that is a public suffix, as alerts do. */
    private static @Nullable String domain(RecordValue transaction) {
        String registered = transaction.text("dns", "question", "registered_domain");
        return registered != null ? registered : transaction.text("dns", "question", "name");
    }
}
