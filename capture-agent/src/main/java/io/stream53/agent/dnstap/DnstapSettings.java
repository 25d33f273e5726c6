package io.stream53.agent.dnstap;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where dnstap comes from.
 *
 * @param listen sockets to listen on
 * @param files of dnstap frames to read, in this order
 * @param identityAsNode messages belong to the node that their identity names
 * @param certificate PEM file with the certificate for TLS, and its chain
 * @param key PEM file with its private key
 * @param clientAuthority PEM file with the authority that clients' certificates must come from;
 *     null when clients need none
 */
public record DnstapSettings(
        List<DnstapAddress> listen,
        List<String> files,
        boolean identityAsNode,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable Path clientAuthority) {
    /** None. */
    public static final DnstapSettings NONE =
            new DnstapSettings(List.of(), List.of(), true, null, null, null);

    public DnstapSettings {
        listen = List.copyOf(listen);
        files = List.copyOf(files);
    }

    /** Whether a certificate and a key are missing. */
    public boolean lacksCertificate() {
        return listen.stream().anyMatch(DnstapAddress.Tls.class::isInstance)
                && (certificate == null || key == null);
    }
}
