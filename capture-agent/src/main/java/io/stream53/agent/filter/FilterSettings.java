package io.stream53.agent.filter;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.IpNetwork;
import io.stream53.agent.packet.MessageHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What to keep: a transaction is published when it is in every list that is not empty, and in no
 * list of exclusions.
 *
 * @param zones names, lower case, no final dot, root is a dot: the question is one of them or below
 * @param excludedZones likewise
 * @param types QTYPE numbers
 * @param excludedTypes likewise
 * @param rcodes response codes, 12 bits; a transaction without a response is in none
 * @param excludedRcodes likewise
 * @param clients networks of the client's address
 * @param excludedClients likewise
 */
public record FilterSettings(
        Set<String> zones,
        Set<String> excludedZones,
        Set<Integer> types,
        Set<Integer> excludedTypes,
        Set<Integer> rcodes,
        Set<Integer> excludedRcodes,
        List<IpNetwork> clients,
        List<IpNetwork> excludedClients) {
    /** Leaves nothing out. */
    public static final FilterSettings NONE =
            new FilterSettings(
                    Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), List.of(),
                    List.of());

    public FilterSettings {
        zones = Set.copyOf(zones);
        excludedZones = Set.copyOf(excludedZones);
        types = Set.copyOf(types);
        excludedTypes = Set.copyOf(excludedTypes);
        rcodes = Set.copyOf(rcodes);
        excludedRcodes = Set.copyOf(excludedRcodes);
        clients = List.copyOf(clients);
        excludedClients = List.copyOf(excludedClients);
    }

    /** Whether anything is decided by zone or type. */
    boolean judgesQuestions() {
        return !(zones.isEmpty()
                && excludedZones.isEmpty()
                && types.isEmpty()
                && excludedTypes.isEmpty());
    }

    private boolean judgesClients() {
        return !(clients.isEmpty() && excludedClients.isEmpty());
    }

    private boolean judgesRcodes() {
        return !(rcodes.isEmpty() && excludedRcodes.isEmpty());
    }

    /**
     * The stages that these settings ask for, in front of another; that one itself where they ask
     * for none. {@link RcodeFilter} is the last of them.
     *
     * @param timeoutUs how long a response may take, in microseconds
     * @param skewUs how far messages may be out of their order in time
     * @param counters takes what is left out
     */
    public MessageHandler before(
            MessageHandler out, long timeoutUs, long skewUs, CaptureCounters counters) {
        MessageHandler first = out;
        if (judgesRcodes()) {
            first = new RcodeFilter(this, timeoutUs, skewUs, first, counters);
        }
        if (judgesClients() || judgesQuestions()) {
            first = new QuestionFilter(this, timeoutUs, first, counters);
        }
        return first;
    }

    /** What is both asked for and left out, as sentences that name the settings. */
    public List<String> contradictions() {
        List<String> sentences = new ArrayList<>();
        both(sentences, "filter.zone", zones, excludedZones);
        both(sentences, "filter.type", types, excludedTypes);
        both(sentences, "filter.rcode", rcodes, excludedRcodes);
        both(sentences, "filter.client", Set.copyOf(clients), Set.copyOf(excludedClients));
        return sentences;
    }

    private static <T> void both(List<String> sentences, String key, Set<T> kept, Set<T> excluded) {
        if (kept.stream().anyMatch(excluded::contains)) {
            sentences.add("%s and %s.exclude name the same: drop one".formatted(key, key));
        }
    }
}
