package io.stream53.agent.privacy;

import io.stream53.agent.packet.ClientPlace;
import io.stream53.agent.packet.MessageHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operator's wishes with the files that they name, as they were when they were read: key, GeoIP
 * and the public suffix list. Immutable; may serve several stages.
 */
public final class Privacy {
    private final PrivacySettings settings;
    private final @Nullable PrivacyKey key;
    private final Function<byte[], ClientPlace> places;
    private final @Nullable PublicSuffixes suffixes;

    private Privacy(
            PrivacySettings settings,
            @Nullable PrivacyKey key,
            Function<byte[], ClientPlace> places,
            @Nullable PublicSuffixes suffixes) {
        this.settings = settings;
        this.key = key;
        this.places = places;
        this.suffixes = suffixes;
    }

    /** Changes nothing. */
    public static Privacy none() {
        return new Privacy(PrivacySettings.NONE, null, address -> ClientPlace.UNKNOWN, null);
    }

    /**
     * Reads what the settings name.
     *
     * @throws IOException with one sentence for a file that is missing, unreadable or not what it
     *     should be
     */
    public static Privacy open(PrivacySettings settings) throws IOException {
        Path keyFile = settings.keyFile();
        if (settings.needsKey() && keyFile == null) {
            throw new IOException(PrivacySettings.NO_KEY);
        }
        return new Privacy(
                settings,
                settings.needsKey() && keyFile != null ? PrivacyKey.read(keyFile) : null,
                places(settings.geoip()),
                settings.hashLabels() ? PublicSuffixes.load() : null);
    }

    private static Function<byte[], ClientPlace> places(List<Path> geoip) throws IOException {
        // without files not even the library that reads them is loaded
        return geoip.isEmpty() ? address -> ClientPlace.UNKNOWN : GeoFiles.open(geoip)::find;
    }

    /**
     * The stage that these settings ask for, in front of another; that one itself where they ask
     * for nothing.
     *
     * @param ownAddresses the node's own, which are not changed
     * @param dnsPorts that servers answer at
     */
    public MessageHandler before(
            MessageHandler out, Set<InetAddress> ownAddresses, Set<Integer> dnsPorts) {
        if (settings.changesNothing()) {
            return out;
        }
        AddressMethod method = method();
        return new PrivacyStage(
                method == null ? null : new AddressTable(method, places),
                method == null ? null : new AddressTable(method, address -> ClientPlace.UNKNOWN),
                method instanceof Truncation truncation ? truncation : null,
                suffixes == null || key == null ? null : new NameHasher(suffixes, key),
                ownAddresses,
                dnsPorts,
                out);
    }

    private @Nullable AddressMethod method() {
        return switch (settings.addresses()) {
            case PLAIN -> null;
            case TRUNCATED -> new Truncation(settings.ipv4Prefix(), settings.ipv6Prefix());
            case CRYPTOPAN -> key == null ? null : new CryptoPan(key.addressKey());
            case IPCRYPT_PFX -> key == null ? null : new IpcryptPfx(key.addressKey());
        };
    }
}
