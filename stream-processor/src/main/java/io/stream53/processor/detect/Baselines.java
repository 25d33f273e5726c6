package io.stream53.processor.detect;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What servers are usually like; a bounded number of them. */
final class Baselines {
    private static final int MOST = 10_000;

    /** An hour; what is older is a replay. */
    private static final int NEAR = 360;

    private final Map<String, Baseline> servers = new HashMap<>();

    /** What was known of a server before a slot. */
    Baseline before(String subject, long slot) {
        return servers.getOrDefault(subject, Baseline.NONE).before(slot);
    }

    /** Whether a server's slot, or a later one near it, was judged already. */
    boolean knows(String subject, long slot) {
        Baseline known = servers.get(subject);
        return known != null && known.slot() >= slot && known.slot() - slot <= NEAR;
    }

    @Nullable Baseline get(String subject) {
        return servers.get(subject);
    }

    /** Keeps what is known, if there is room; returns the server that had to make some. */
    @Nullable String put(String subject, Baseline known) {
        servers.put(subject, known);
        if (servers.size() <= MOST) {
            return null;
        }
        String oldest = subject;
        for (Map.Entry<String, Baseline> server : servers.entrySet()) {
            long slot = server.getValue().slot();
            long least = servers.getOrDefault(oldest, known).slot();
            if (slot < least || slot == least && server.getKey().compareTo(oldest) < 0) {
                oldest = server.getKey();
            }
        }
        servers.remove(oldest);
        return oldest;
    }
}
