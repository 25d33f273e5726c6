package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {
    private static AgentConfig config(String device, String address) {
        return AgentConfig.of(Map.of("interface", device, "address", address));
    }

    @Test
    void areThoseOfTheInterfaceWhenNoneAreConfigured() throws Exception {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        String device = NetworkInterface.getByInetAddress(loopback).getName();

        assertThat(OwnAddresses.of(config(device, ""))).contains(loopback);
        assertThat(OwnAddresses.of(config("any", ""))).contains(loopback);
        assertThat(OwnAddresses.of(config(device, "192.0.2.1")))
                .containsExactly(InetAddress.ofLiteral("192.0.2.1"));
    }

    @Test
    void areNoneWhereTheInterfaceIsNotToBeFoundOrFilesAreRead() {
        assertThat(OwnAddresses.of(config("missing0", ""))).isEmpty();
        assertThat(OwnAddresses.of(AgentConfig.of(Map.of()))).isEmpty();
    }
}
