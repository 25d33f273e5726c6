package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {
    private static ServerSocket listener() throws IOException {
        return new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    }

    @Test
    void givesNoPortTwice() {
        Ports ports = new Ports();
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            assertThat(given.add(ports.free())).isTrue();
        }
    }

    @Test
    void saysWhichPortIsTakenAndWhatToDo() throws IOException {
        try (ServerSocket taken = listener()) {
            assertThatThrownBy(() -> new Ports().claim(taken.getLocalPort(), "--search-port"))
                    .isInstanceOf(UserError.class)
                    .hasMessage(
                            "Port %d is taken: end what listens there, or give another with"
                                            .formatted(taken.getLocalPort())
                                    + " --search-port.");
        }
    }

    @Test
    void refusesWhatIsNoPort() {
        for (int wanted : new int[] {-1, 65_536}) {
            assertThatThrownBy(() -> new Ports().claim(wanted, "--kafka-port"))
                    .isInstanceOf(UserError.class)
                    .hasMessage("--kafka-port must be a port from 1 to 65535, not %d.", wanted);
        }
    }

    @Test
    void knowsWhetherAProcessListensOnAPort() throws IOException {
        long self = ProcessHandle.current().pid();
        int port;
        try (ServerSocket open = listener()) {
            port = open.getLocalPort();
            assertThat(Ports.listens(self, port).orElse(true)).isTrue();
        }
        assertThat(Ports.listens(self, port).orElse(false)).isFalse();
    }
}
