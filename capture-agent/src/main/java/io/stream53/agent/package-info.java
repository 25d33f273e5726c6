/**
 * The capture agent: packets in, records of {@code dns.raw} out. {@link
 * io.stream53.agent.AgentMain} wires a source, the decoder, the publisher and Kafka together;
 * {@link io.stream53.agent.CaptureRun} is the same way without Kafka, for {@code inspect}.
 */
@NullMarked
package io.stream53.agent;

import org.jspecify.annotations.NullMarked;
