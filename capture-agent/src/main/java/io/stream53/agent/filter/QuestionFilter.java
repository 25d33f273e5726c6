package io.stream53.agent.filter;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.IpNetwork;
import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.MessageStage;
import io.stream53.agent.packet.PacketView;
import io.stream53.dns.DnsMessage;
import io.stream53.ledger.DropReason;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * Leaves out by what both directions of a transaction carry: the client and the question. Allocates
 * nothing for a message.
 *
 * <p>A response without readable question goes the way of its query, as far as that is remembered.
 * Where it is not, and for a query without readable question: it is in no zone and of no type, so a
 * list of what to keep leaves it out, and a list of what to leave out keeps it.
 */
final class QuestionFilter implements MessageStage {
    private final Zones zones;
    private final Zones excludedZones;
    private final BitSet types;
    private final BitSet excludedTypes;
    private final List<IpNetwork> clients;
    private final List<IpNetwork> excludedClients;
    private final boolean listsQuestions;
    private final boolean judgesQuestions;
    private final boolean listsZones;
    private final QuestionMemory memory;
    private final MessageHandler out;
    private final CaptureCounters counters;

    /**
     * A filter.
     *
     * @param timeoutUs how long a response may belong to a query
     * @param counters takes what is left out
     */
    QuestionFilter(
            FilterSettings settings, long timeoutUs, MessageHandler out, CaptureCounters counters) {
        zones = new Zones(settings.zones());
        excludedZones = new Zones(settings.excludedZones());
        types = bits(settings.types());
        excludedTypes = bits(settings.excludedTypes());
        clients = settings.clients();
        excludedClients = settings.excludedClients();
        listsZones = !settings.zones().isEmpty();
        listsQuestions = listsZones || !types.isEmpty();
        judgesQuestions = settings.judgesQuestions();
        memory = new QuestionMemory(timeoutUs);
        this.out = out;
        this.counters = counters;
    }

    static BitSet bits(Set<Integer> numbers) {
        BitSet bits = new BitSet();
        numbers.forEach(bits::set);
        return bits;
    }

    @Override
    public void message(PacketView packet, DnsMessage message) {
        if (keepsClient(packet) && (!judgesQuestions || keepsQuestion(packet, message))) {
            out.message(packet, message);
        } else {
            counters.drop(DropReason.FILTERED);
            out.seen(packet.timestampUs());
        }
    }

    private boolean keepsClient(PacketView packet) {
        return (clients.isEmpty() || isIn(clients, packet)) && !isIn(excludedClients, packet);
    }

    private static boolean isIn(List<IpNetwork> networks, PacketView packet) {
        for (int i = 0; i < networks.size(); i++) {
            if (networks.get(i)
                    .contains(packet.addresses(), packet.clientOffset(), packet.addressBytes())) {
                return true;
            }
        }
        return false;
    }

    private boolean keepsQuestion(PacketView packet, DnsMessage message) {
        boolean readable = message.hasQuestion();
        if (message.isResponse()) {
            return readable ? keeps(message) : memory.recall(packet, message, !listsQuestions);
        }
        boolean keep = readable ? keeps(message) : !listsQuestions;
        memory.remember(packet, message, keep);
        return keep;
    }

    private boolean keeps(DnsMessage message) {
        int type = message.questionType();
        byte[] name = message.questionNameBytes();
        int length = message.questionNameLength();
        return (types.isEmpty() || types.get(type))
                && !excludedTypes.get(type)
                && (!listsZones || zones.contain(name, length))
                && !excludedZones.contain(name, length);
    }

    @Override
    public MessageHandler out() {
        return out;
    }
}
