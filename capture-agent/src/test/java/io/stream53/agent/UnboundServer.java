package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stream53.agent.dnstap.TestCertificate;
import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Unbound on 127.0.0.1, which answers for example.test and asks another for fwd.test. */
final class UnboundServer implements AutoCloseable {
    final int port = StubNameServer.freePort();
    final int tlsPort = StubNameServer.freePort();
    final int httpsPort = StubNameServer.freePort();

    private final Path folder;
    private final Path config;
    private final Path log;
    private final Process process;

    /**
     * Starts it.
     *
     * @param certificate for DoT and DoH
     * @param forwarder port of the server that knows fwd.test
     * @param dnstap where it sends dnstap: lines of its configuration
     */
    UnboundServer(Path folder, TestCertificate certificate, int forwarder, String dnstap)
            throws IOException {
        this.folder = folder;
        this.config = folder.resolve("unbound.conf");
        this.log = folder.resolve("unbound.log");
        Files.writeString(config, config(certificate, forwarder, dnstap));
        process =
                new ProcessBuilder(
                                Requires.tool("unbound").toString(), "-d", "-c", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            await().atMost(Duration.ofSeconds(30)).until(this::answers);
        } catch (RuntimeException e) {
            close();
            throw new AssertionError(Files.readString(log), e);
        }
    }

    private String config(TestCertificate certificate, int forwarder, String dnstap) {
        return """
        server:
          interface: 127.0.0.1@%1$d
          interface: 127.0.0.1@%2$d
          interface: 127.0.0.1@%3$d
          port: %1$d
          tls-port: %2$d
          https-port: %3$d
          tls-service-pem: "%4$s"
          tls-service-key: "%5$s"
          username: ""
          chroot: ""
          directory: "%6$s"
          pidfile: "%6$s/unbound.pid"
          use-syslog: no
          logfile: ""
          num-threads: 2
          extended-statistics: yes
          module-config: "iterator"
          do-not-query-localhost: no
          local-zone: "example.test." static
          local-data: "www.example.test. A 192.0.2.1"
          local-zone: "test." nodefault
        forward-zone:
          name: "fwd.test."
          forward-addr: 127.0.0.1@%7$d
        remote-control:
          control-enable: yes
          control-use-cert: no
          control-interface: "%6$s/control"
        dnstap:
          dnstap-enable: yes
          dnstap-send-identity: yes
          dnstap-identity: "ns-test"
          dnstap-send-version: yes
          dnstap-log-client-query-messages: yes
          dnstap-log-client-response-messages: yes
          dnstap-log-forwarder-query-messages: yes
          dnstap-log-forwarder-response-messages: yes
        %8$s
        """
                .formatted(
                        port,
                        tlsPort,
                        httpsPort,
                        certificate.certificate(),
                        certificate.key(),
                        folder,
                        forwarder,
                        dnstap);
    }

    private boolean answers() throws IOException {
        assertThat(process.isAlive()).describedAs("%s", Files.readString(log)).isTrue();
        return control("status").contains("is running");
    }

    /** Its own figures since the start. */
    Map<String, Double> statistics() throws IOException {
        Map<String, Double> figures = new HashMap<>();
        for (String line : control("stats_noreset").lines().toList()) {
            String[] pair = line.split("=", 2);
            figures.put(pair[0], Double.valueOf(pair[1]));
        }
        return figures;
    }

    private String control(String command) throws IOException {
        Process control =
                new ProcessBuilder(
                                Requires.tool("unbound-control").toString(),
                                "-c",
                                config.toString(),
                                command)
                        .redirectErrorStream(true)
                        .start();
        try {
            return new String(control.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            control.destroyForcibly();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
