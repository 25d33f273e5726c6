package io.stream53.agent.privacy;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to change before anything leaves the host.
 *
 * @param addresses what becomes of client addresses and client subnets
 * @param ipv4Prefix bits of an IPv4 address that truncation keeps
 * @param ipv6Prefix bits of an IPv6 address that truncation keeps
 * @param hashLabels labels below the registered domain become keyed hashes
 * @param keyFile holds the key for encryption and hashing; null when neither is asked for
 * @param geoip MMDB files to look a client up in before its address is changed
 */
public record PrivacySettings(
        Addresses addresses,
        int ipv4Prefix,
        int ipv6Prefix,
        boolean hashLabels,
        @Nullable Path keyFile,
        List<Path> geoip) {
    /** What becomes of addresses. */
    public enum Addresses {
        PLAIN,
        TRUNCATED,
        CRYPTOPAN,
        IPCRYPT_PFX
    }

    /** Changes nothing. */
    public static final PrivacySettings NONE =
            new PrivacySettings(Addresses.PLAIN, 24, 48, false, null, List.of());

    public PrivacySettings {
        geoip = List.copyOf(geoip);
    }
}
