package io.stream53.agent.dnstap;

import io.stream53.agent.publish.RecordOutput;
import io.stream53.ledger.AgentLedger;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run for each node that dnstap tells of. A node's run ends when no stream has told of it for
 * {@value #UNUSED_SECONDS} seconds. At most {@value #MAX_NODES} nodes are told apart; what further
 * identities say belongs to the agent's own node. Any thread may call any method.
 *
 * <p>Locks. A run is made under {@link #starting}, which nobody asks for who holds another lock;
 * while this object's own is held nothing is waited for but a ledger's figures. So whoever holds a
 * lock may ask for {@link #ledger}.
 */
public final class DnstapRuns {
    static final int MAX_NODES = 64;
    static final long UNUSED_SECONDS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(DnstapRuns.class);

    private final NodeRun.Factory factory;
    private final SharedOutput output;
    private final String ownNode;
    private final boolean identityAsNode;
    private final boolean live;
    private final Map<String, DnstapRun> running = new ConcurrentHashMap<>();
    private final Object starting = new Object();
    private final AtomicBoolean warnedOfMany = new AtomicBoolean();
    private AgentLedger finished = AgentLedger.EMPTY;

    /**
     * None yet.
     *
     * @param ownNode the agent's own, for messages without an identity
     * @param identityAsNode messages belong to the node that their identity names
     * @param live streams come from sockets, and {@link #tick} is called each second
     */
    public DnstapRuns(
            NodeRun.Factory factory,
            RecordOutput output,
            String ownNode,
            boolean identityAsNode,
            boolean live) {
        this.factory = factory;
        this.output = new SharedOutput(output);
        this.ownNode = ownNode;
        this.identityAsNode = identityAsNode;
        this.live = live;
    }

    /**
     * A stream of frames.
     *
     * @param receivedUs the time of messages that tell none
     * @param waitingSinceNs since when its reader waits for more, in {@link System#nanoTime};
     *     {@link FrameStreamReader#NOT_WAITING} while it does not
     */
    DnstapStream stream(LongSupplier receivedUs, LongSupplier waitingSinceNs) {
        return new DnstapStream(this, receivedUs, waitingSinceNs);
    }

    /** The name that an identity gives a node. */
    String node(byte[] bytes, int identity, int length) {
        if (!identityAsNode || length == 0) {
            return ownNode;
        }
        String name = NodeName.of(bytes, identity, length, NodeName.MAX_BYTES);
        return name.isEmpty() ? ownNode : name;
    }

    String ownNode() {
        return ownNode;
    }

    /** A stream tells of a node. */
    DnstapRun.Part join(String node, DnstapStream stream) {
        String name = node;
        while (true) {
            DnstapRun run = running.get(name);
            if (run == null && running.size() >= MAX_NODES) {
                warnOfMany();
                name = ownNode;
                run = running.get(name);
            }
            if (run == null) {
                run = start(name);
            }
            DnstapRun.Part part = run.join(stream);
            if (part != null) {
                return part;
            }
            remove(name, run);
        }
    }

    /** The node's run, begun if need be. */
    private DnstapRun start(String node) {
        synchronized (starting) {
            DnstapRun run = running.get(node);
            if (run == null) {
                // not within computeIfAbsent: that would lock a part of the map all the while
                run = new DnstapRun(factory.start(node, output.ofRun()), live);
                running.put(node, run);
            }
            return run;
        }
    }

    private void warnOfMany() {
        if (warnedOfMany.compareAndSet(false, true)) {
            LOG.warn(
                    "dnstap names more than {} nodes at a time; the messages of further ones are"
                            + " published as this agent's own node's.",
                    MAX_NODES);
        }
    }

    /** Each second, with {@link System#nanoTime}. */
    void tick(long nowNs) {
        running.forEach(
                (node, run) -> {
                    run.tick(nowNs);
                    if (run.endIfUnused(nowNs, TimeUnit.SECONDS.toNanos(UNUSED_SECONDS))) {
                        remove(node, run);
                    }
                });
    }

    /** To a ledger a run is either at work or finished, never both or neither. */
    private synchronized void remove(String node, DnstapRun run) {
        if (running.remove(node, run)) {
            finished = finished.plus(run.ledger());
        }
    }

    /** Ends every run, when no stream is left; all that was read is published. */
    public void finish() {
        running.forEach(
                (node, run) -> {
                    run.end();
                    remove(node, run);
                });
        output.flush();
    }

    /** The ledger of all runs so far. */
    public AgentLedger ledger() {
        return output.ledger(this::ofRuns);
    }

    private synchronized AgentLedger ofRuns() {
        AgentLedger sum = finished;
        for (DnstapRun run : running.values()) {
            sum = sum.plus(run.ledger());
        }
        return sum;
    }
}
