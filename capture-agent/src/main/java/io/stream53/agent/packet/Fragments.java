package io.stream53.agent.packet;

import io.stream53.agent.packet.FragmentFates.Broken;
import io.stream53.agent.packet.FragmentFates.Done;
import io.stream53.agent.packet.FragmentFates.NotDns;
import io.stream53.agent.packet.FragmentedPacket.Whole;
import io.stream53.ledger.DropReason;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts fragments of IPv4 (RFC 791) and IPv6 (RFC 8200 section 4.5) together. Knows no clock: time
 * is that of the frames. For one thread.
 *
 * <p>A packet waits for its rest for {@link DecoderSettings#fragmentTimeoutUs} from its first
 * fragment on, and while there is room: then the oldest goes. Fragments that overlap break their
 * packet, with all that come later for it (RFC 5722, here for both families); the same fragment
 * again is ignored. Each fragment that never became part of a whole packet is one drop with its
 * reason, or ignored once it is known not to be DNS.
 */
final class Fragments {
    private static final int MAX_PACKET_BYTES = 65_535;

    /** What one fate may weigh, about, with its marks. */
    private static final int BYTES_PER_FATE = 1024;

    private static final int MAX_MARKS = 64;

    private final CaptureCounters counters;
    private final long timeoutUs;
    private final ReassemblyBudget budget;
    private final FragmentFates fates;

    /** In the order of their first fragments. */
    private final LinkedHashMap<FragmentKey, FragmentedPacket> waiting = new LinkedHashMap<>();

    private long latestUs = Long.MIN_VALUE;
    private long oldestEndsUs = Long.MAX_VALUE;

    Fragments(DecoderSettings settings, CaptureCounters counters) {
        this.counters = counters;
        this.timeoutUs = settings.fragmentTimeoutUs();
        this.budget = ReassemblyBudget.forFragments(settings);
        long forFates = budget.limit() / 8;
        budget.take(forFates);
        this.fates = new FragmentFates((int) (forFates / BYTES_PER_FATE));
    }

    /**
     * Takes in a fragment that was just parsed.
     *
     * @param end where its captured bytes end
     * @param notDns it is the first, and tells that the packet is not DNS
     * @return the packet that it completed, or null
     */
    @Nullable Whole add(IpPacket ip, byte[] bytes, int end, long timestampUs, boolean notDns) {
        advance(timestampUs);
        FragmentKey key = FragmentKey.of(ip, bytes);
        if (notDns) {
            ignore(key);
            return null;
        }
        boolean repeats = false;
        switch (fates.get(key, latestUs)) {
            case NotDns _ when ip.fragmentOffset > 0 -> {
                counters.ignored();
                return null;
            }
            case Broken broken -> {
                counters.drop(broken.reason());
                return null;
            }
            case Done done -> repeats = done.includes(FragmentedPacket.mark(ip, bytes, end));
            case NotDns _ -> fates.remove(key);
            case null -> {}
        }
        if (isImpossible(ip)) {
            counters.drop(DropReason.MALFORMED_PACKET);
            return null;
        }
        return add(key, ip, bytes, end, repeats);
    }

    /** Of no bytes; not the last and no multiple of 8; or beyond the longest packet. */
    private static boolean isImpossible(IpPacket ip) {
        int length = ip.wireEnd - ip.fragmentPart;
        return length <= 0
                || (ip.moreFragments && length % 8 != 0)
                || ip.fragmentHeaderBytes + ip.fragmentOffset + length > MAX_PACKET_BYTES;
    }

    private @Nullable Whole add(
            FragmentKey key, IpPacket ip, byte[] bytes, int end, boolean repeats) {
        int weight = FragmentedPacket.weightOf(ip, end);
        if (!makeRoom(FragmentedPacket.BYTES + weight)) {
            counters.drop(DropReason.REASSEMBLY_FULL);
            return null;
        }
        FragmentedPacket packet = packet(key, repeats);
        switch (packet.add(ip, bytes, end)) {
            case NEW -> budget.take(weight);
            case DUPLICATE -> counters.ignored();
            case OVERLAP -> {
                if (repeats) {
                    // a latecomer of the packet before
                    counters.ignored();
                } else {
                    breakUp(packet, DropReason.FRAGMENT_OVERLAP);
                }
            }
            case CONTRADICTION -> breakUp(packet, DropReason.MALFORMED_PACKET);
        }
        return packet.isComplete() ? complete(packet) : null;
    }

    /** The packet that waits, or a new one: also when only fragments of one before it wait. */
    private FragmentedPacket packet(FragmentKey key, boolean repeats) {
        FragmentedPacket packet = waiting.get(key);
        if (packet != null && packet.repeats && !repeats) {
            drop(packet, DropReason.FRAGMENT);
            packet = null;
        }
        if (packet == null) {
            packet = new FragmentedPacket(key, latestUs, repeats);
            budget.take(packet.weight());
            waiting.put(key, packet);
            schedule();
        }
        return packet;
    }

    private Whole complete(FragmentedPacket packet) {
        remove(packet);
        if (packet.frames() <= MAX_MARKS) {
            fates.put(packet.key, new Done(packet.marks()), latestUs + timeoutUs);
        }
        return packet.whole();
    }

    /** With the fragment that broke it. */
    private void breakUp(FragmentedPacket packet, DropReason reason) {
        counters.drop(reason, 1 + packet.frames());
        remove(packet);
        fates.put(packet.key, new Broken(reason), packet.startUs + timeoutUs);
    }

    /** With what came before it was known; two first fragments that differ are an overlap. */
    private void ignore(FragmentKey key) {
        FragmentedPacket packet = waiting.get(key);
        if (packet != null && packet.hasFirst()) {
            breakUp(packet, DropReason.FRAGMENT_OVERLAP);
            return;
        }
        counters.ignored();
        if (packet != null) {
            counters.ignored(packet.frames());
            remove(packet);
        }
        fates.put(key, new NotDns(), latestUs + timeoutUs);
    }

    /** The oldest go first, be it the one that the fragment belongs to. */
    private boolean makeRoom(int bytes) {
        while (!budget.fits(bytes) && !waiting.isEmpty()) {
            drop(waiting.firstEntry().getValue(), DropReason.REASSEMBLY_FULL);
        }
        return budget.fits(bytes);
    }

    /** Time goes on; where it goes back by more than a packet waits, it begins anew. */
    private void advance(long timestampUs) {
        if (latestUs != Long.MIN_VALUE && timestampUs < latestUs - timeoutUs) {
            finish();
            latestUs = timestampUs;
        }
        latestUs = Math.max(latestUs, timestampUs);
        expire(latestUs);
    }

    /** Drops what has waited for too long. */
    void expire(long nowUs) {
        latestUs = Math.max(latestUs, nowUs);
        while (oldestEndsUs < nowUs) {
            drop(waiting.firstEntry().getValue(), DropReason.FRAGMENT);
        }
    }

    /** Whether it is time for {@link #expire}. */
    boolean isDue(long nowUs) {
        return oldestEndsUs < nowUs;
    }

    private void schedule() {
        oldestEndsUs =
                waiting.isEmpty()
                        ? Long.MAX_VALUE
                        : waiting.firstEntry().getValue().startUs + timeoutUs;
    }

    /** What was all in a whole packet before is no loss. */
    private void drop(FragmentedPacket packet, DropReason reason) {
        if (packet.repeats) {
            counters.ignored(packet.frames());
        } else {
            counters.drop(reason, packet.frames());
        }
        remove(packet);
    }

    private void remove(FragmentedPacket packet) {
        waiting.remove(packet.key);
        budget.release(packet.weight());
        schedule();
    }

    /** At the end of the input: drops what still waits. */
    void finish() {
        while (!waiting.isEmpty()) {
            drop(waiting.firstEntry().getValue(), DropReason.FRAGMENT);
        }
        fates.clear();
    }

    /** Bytes of memory in use, about, with what is set aside for fates. */
    long bytes() {
        return budget.used();
    }
}
