package io.stream53.agent;

import io.stream53.agent.dnstap.DnstapAddress;
import io.stream53.agent.dnstap.DnstapServer;
import io.stream53.agent.publish.MemoryOutput;
import io.stream53.ledger.AgentLedger;
import io.stream53.schema.DnsPacket;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** An agent's part that takes dnstap, with its records in memory. */
final class TapListener implements AutoCloseable {
    final MemoryOutput output = new MemoryOutput(3);
    final CaptureRun run;
    final DnstapServer server;
    private final Thread thread;

    /** Listens; the node is "agent" where messages name none. */
    TapListener(Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("node", "agent");
        AgentConfig config = AgentConfig.of(all);
        run = new CaptureRun(config, output);
        server = DnstapServer.open(config.input().dnstap(), InstantSource.system());
        thread = Thread.ofPlatform().start(() -> run.dnstap(server));
    }

    /** Where the first of its sockets is. */
    DnstapAddress address() {
        return server.addresses().getFirst();
    }

    /** Waits for so many messages, and returns them. */
    List<DnsPacket> await(long messages) {
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> output.messages().size() >= messages);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "%d messages instead of %d; %s"
                            .formatted(output.messages().size(), messages, run.ledger()),
                    e);
        }
        return output.messages();
    }

    /** How many queries, or responses, came in over each transport and protocol. */
    static Map<String, Long> byProtocol(List<DnsPacket> packets, boolean responses) {
        return packets.stream()
                .filter(p -> isResponse(p) == responses && p.getDirection().equals("inbound"))
                .collect(
                        Collectors.groupingBy(
                                p -> p.getTransport() + "/" + p.getProtocol(),
                                TreeMap::new,
                                Collectors.counting()));
    }

    static boolean isResponse(DnsPacket packet) {
        return (packet.getFlags() & 0x8000) != 0;
    }

    /** Ends the run; returns its ledger. */
    AgentLedger stop() {
        run.stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return run.ledger();
    }

    @Override
    public void close() {
        stop();
    }
}
