package io.stream53.agent;

import io.stream53.agent.source.LiveSettings;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's own addresses in a live capture, which tell inbound from outbound. */
final class OwnAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(OwnAddresses.class);

    private OwnAddresses() {}

    /**
     * Those that are configured; or else those that the captured interface has now, of {@code any}
     * those of the whole host. None where the host does not tell: a direction is then unknown.
     */
    static Set<InetAddress> of(AgentConfig config) {
        LiveSettings live = config.input().live();
        if (!config.addresses().isEmpty() || live == null) {
            return config.addresses();
        }
        try {
            return of(live.device());
        } catch (SocketException e) {
            LOG.warn(
                    "The addresses of {} cannot be read ({}): no message has a direction; name them"
                            + " with the setting {}.",
                    live.device(),
                    e.getMessage(),
                    AgentSetting.ADDRESS.key());
            return Set.of();
        }
    }

    private static Set<InetAddress> of(String device) throws SocketException {
        Set<InetAddress> addresses = new HashSet<>();
        try (Stream<NetworkInterface> all = NetworkInterface.networkInterfaces()) {
            all.filter(one -> device.equals("any") || device.equals(one.getName()))
                    .flatMap(NetworkInterface::inetAddresses)
                    .forEach(addresses::add);
        }
        return addresses;
    }
}
