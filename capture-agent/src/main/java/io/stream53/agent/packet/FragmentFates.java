package io.stream53.agent.packet;

import io.stream53.ledger.DropReason;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was decided of fragmented packets, for fragments of theirs that come later. Bounded: beyond
 * that the oldest is forgotten, and so is each after a time.
 */
final class FragmentFates {
    /** Decided of a packet. */
    sealed interface Fate {}

    /** Not of DNS. */
    record NotDns() implements Fate {}

    /** Never to be whole. */
    record Broken(DropReason reason) implements Fate {}

    /**
     * It was whole.
     *
     * @param marks of its fragments: what a mirror port or a network shows twice is known by them
     */
    record Done(long[] marks) implements Fate {
        boolean includes(long mark) {
            for (long known : marks) {
                if (known == mark) {
                    return true;
                }
            }
            return false;
        }
    }

    private record Until(Fate fate, long us) {}

    private final Map<FragmentKey, Until> fates;

    FragmentFates(int capacity) {
        fates =
                new LinkedHashMap<>() {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<FragmentKey, Until> eldest) {
                        return size() > capacity;
                    }
                };
    }

    void put(FragmentKey key, Fate fate, long untilUs) {
        fates.remove(key);
        fates.put(key, new Until(fate, untilUs));
    }

    /** Null when nothing was decided, or long ago. */
    @Nullable Fate get(FragmentKey key, long nowUs) {
        Until found = fates.get(key);
        if (found != null && found.us < nowUs) {
            fates.remove(key);
            return null;
        }
        return found == null ? null : found.fate;
    }

    void remove(FragmentKey key) {
        fates.remove(key);
    }

    void clear() {
        fates.clear();
    }

    int size() {
        return fates.size();
    }
}
