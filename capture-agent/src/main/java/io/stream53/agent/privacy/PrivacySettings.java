package io.stream53.agent.privacy;

import io.stream53.agent.filter.FilterSettings;
import io.stream53.agent.publish.MessageCarry;
import java.nio.file.Path;
import java.util.ArrayList;
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
        if (ipv4Prefix < 0 || ipv4Prefix > 32 || ipv6Prefix < 0 || ipv6Prefix > 128) {
            throw new IllegalArgumentException(
                    "prefix lengths %d and %d".formatted(ipv4Prefix, ipv6Prefix));
        }
        geoip = List.copyOf(geoip);
    }

    static final String NO_KEY =
            "encryption and hashing need a key: name a file that holds one with privacy.key.file";

    boolean changesNothing() {
        return addresses == Addresses.PLAIN && !hashLabels;
    }

    boolean needsKey() {
        return hashLabels || encrypts();
    }

    private boolean encrypts() {
        return addresses == Addresses.CRYPTOPAN || addresses == Addresses.IPCRYPT_PFX;
    }

    /**
     * What cannot be meant, or would promise more than it keeps, as sentences that name the
     * settings; empty when all is well.
     *
     * @param carry whose bytes are to be published
     */
    public static List<String> contradictions(
            PrivacySettings privacy, FilterSettings filter, MessageCarry carry) {
        List<String> sentences = new ArrayList<>(filter.contradictions());
        privacy.aboutKey(sentences);
        if (privacy.hashLabels && carry != MessageCarry.NONE) {
            sentences.add(
                    "privacy.hash.labels leaves out every message's bytes, since records repeat the"
                            + " names: set message=none");
        }
        if (privacy.addresses == Addresses.TRUNCATED
                && privacy.ipv4Prefix == 32
                && privacy.ipv6Prefix == 128) {
            sentences.add(
                    "privacy.address=truncated keeps whole addresses with privacy.ipv4.prefix=32"
                            + " and privacy.ipv6.prefix=128: give shorter prefixes");
        }
        if (privacy.addresses == Addresses.PLAIN && !privacy.geoip.isEmpty()) {
            sentences.add(
                    "privacy.geoip is for addresses that are changed: set privacy.address, or leave"
                            + " the look-up to the processor");
        }
        return sentences;
    }

    private void aboutKey(List<String> sentences) {
        if (needsKey() && keyFile == null) {
            sentences.add(NO_KEY);
        }
        if (!needsKey() && keyFile != null) {
            sentences.add(
                    "privacy.key.file is given, yet nothing is encrypted or hashed: set"
                            + " privacy.address or privacy.hash.labels, or drop it");
        }
    }
}
