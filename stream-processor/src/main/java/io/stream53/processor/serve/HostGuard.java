package io.stream53.processor.serve;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages that a user looks at from reading what listens on the user's loopback: a page can
 * give its own name a loopback address (DNS rebinding), but the browser then still sends that name.
 * So on loopback only {@code localhost} and addresses are answered. On any other address names are
 * how one reaches it, and whatever keeps strangers out there keeps pages out too.
 */
final class HostGuard {
    private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("\\[[0-9a-f:.%]{2,60}]");
    private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");

    private final boolean loopback;

    HostGuard(InetSocketAddress listening) {
        loopback = listening.getAddress().isLoopbackAddress();
    }

    /** Whether a request with this Host header is answered. */
    boolean accepts(@Nullable String header) {
        if (!loopback || header == null) {
            // HTTP/1.0; browsers send one.
            return true;
        }
        String host = PORT.matcher(header.strip()).replaceFirst("").toLowerCase(Locale.ROOT);
        return host.equals("localhost") || V4.matcher(host).matches() || V6.matcher(host).matches();
    }
}
