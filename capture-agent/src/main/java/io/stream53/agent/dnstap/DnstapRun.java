package io.stream53.agent.dnstap;

import io.stream53.ledger.AgentLedger;
import io.stream53.ledger.DropReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The run of one node, which several streams may feed at a time; they take turns.
 *
 * <p>Event time. The threads of a name server hold messages back for up to a second each ({@code
 * fstrm}'s flush timeout and Unbound's wake-up timer), so a stream is in order within {@link
 * #HELD_BACK_US} only, and has reached its latest time less that. While its reader waits for the
 * server, that goes on with the time waited. Only the server's clock and lengths of time count:
 * whether its clock and ours agree does not matter. The run has reached what each of its streams
 * has. While there is none, time stands still: a server that comes back first sends what it kept.
 */
final class DnstapRun {
    static final long HELD_BACK_US = 2_000_000;

    private final NodeRun run;
    private final boolean live;
    private final List<Part> parts = new ArrayList<>();
    private long unusedSinceNs;
    private boolean ended;

    /** What one stream has to do with the run. */
    static final class Part {
        private final DnstapRun run;
        private final DnstapStream stream;
        private long latestUs = Long.MIN_VALUE;

        private Part(DnstapRun run, DnstapStream stream) {
            this.run = run;
            this.stream = stream;
        }

        /** Counts a frame, and publishes the message that was read from it. */
        void take(DnstapDecoder decoder, @Nullable DropReason dropped) {
            run.take(this, decoder, dropped);
        }

        /** Counts something lost that is no frame of its own. */
        void drop(DropReason reason) {
            run.run.counters().drop(reason);
        }

        /** The stream has ended. */
        void leave(long nowNs) {
            run.leave(this, nowNs);
        }

        private long reachedUs(long waitedUs) {
            return latestUs == Long.MIN_VALUE ? Long.MAX_VALUE : latestUs - HELD_BACK_US + waitedUs;
        }
    }

    /**
     * A run at its beginning.
     *
     * @param live {@link #tick} is called; otherwise the messages alone tell the time
     */
    DnstapRun(NodeRun run, boolean live) {
        this.run = run;
        this.live = live;
    }

    /** One more stream; null when the run has ended. */
    synchronized @Nullable Part join(DnstapStream stream) {
        if (ended) {
            return null;
        }
        Part part = new Part(this, stream);
        parts.add(part);
        return part;
    }

    private synchronized void leave(Part part, long nowNs) {
        parts.remove(part);
        unusedSinceNs = nowNs;
    }

    private synchronized void take(Part part, DnstapDecoder decoder, @Nullable DropReason dropped) {
        run.counters().frame();
        if (dropped != null) {
            run.counters().drop(dropped);
            return;
        }
        run.counters().message();
        long timestampUs = decoder.packet().timestampUs();
        run.messages().message(decoder.packet(), decoder.message());
        if (timestampUs > part.latestUs) {
            part.latestUs = timestampUs;
            if (!live) {
                run.publisher().advance(part.reachedUs(0));
            }
        }
    }

    /** Each second: what is held back too long goes on, watermarks are brought up to date. */
    synchronized void tick(long nowNs) {
        if (ended || parts.isEmpty()) {
            return;
        }
        long reachedUs = Long.MAX_VALUE;
        for (Part part : parts) {
            reachedUs = Math.min(reachedUs, part.reachedUs(part.stream.waitedUs(nowNs)));
        }
        if (reachedUs != Long.MAX_VALUE) {
            run.messages().tick(reachedUs);
            run.publisher().advance(reachedUs);
            run.publisher().tick(reachedUs);
        }
    }

    /** Ends the run when no stream has belonged to it for some time; whether it has ended. */
    synchronized boolean endIfUnused(long nowNs, long unusedNs) {
        if (parts.isEmpty() && nowNs - unusedSinceNs >= unusedNs) {
            // whoever else wants to publish would wait with it
            end(false);
        }
        return ended;
    }

    /** Ends the run: what is held back goes on its way, and the last watermarks follow. */
    synchronized void end() {
        end(true);
    }

    private void end(boolean mayWait) {
        if (!ended) {
            ended = true;
            run.messages().flush();
            run.publisher().finish(mayWait);
        }
    }

    AgentLedger ledger() {
        return run.publisher().ledger();
    }
}
