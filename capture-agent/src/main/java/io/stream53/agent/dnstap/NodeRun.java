package io.stream53.agent.dnstap;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.publish.PacketPublisher;
import io.stream53.agent.publish.RecordOutput;

/**
 * The parts of one node's run.
 *
 * @param counters of the run
 * @param publisher of the run; event time is told to it by {@link PacketPublisher#advance}
 * @param messages takes the run's messages; they end in {@link PacketPublisher#add}
 */
public record NodeRun(
        CaptureCounters counters, PacketPublisher publisher, MessageHandler messages) {

    /** Makes runs. */
    @FunctionalInterface
    public interface Factory {
        /**
         * A new run.
         *
         * @param node its name; empty: the agent's own
         * @param output where its records go
         */
        NodeRun start(String node, RecordOutput output);
    }
}
