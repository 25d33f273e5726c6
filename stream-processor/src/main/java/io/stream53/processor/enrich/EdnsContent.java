package io.stream53.processor.enrich;

import io.stream53.dns.DnsMessage;
import io.stream53.dns.EdnsOptions;
import io.stream53.schema.ExtendedError;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The options of an OPT record that are in documents; of several of a kind the first. An option
 * that breaks its format is as if absent.
 *
 * @param cookie in hex (RFC 7873)
 * @param nsid text when printable, hex otherwise (RFC 5001)
 */
record EdnsContent(
        @Nullable ClientSubnet subnet,
        @Nullable String cookie,
        @Nullable String nsid,
        @Nullable ExtendedError extendedError) {

    private static final int NSID = 3;
    private static final int CLIENT_SUBNET = 8;
    private static final int COOKIE = 10;
    private static final int EXTENDED_ERROR = 15;

    static final EdnsContent NONE = new EdnsContent(null, null, null, null);

    /** Reads the options of a message; null when the agent did not carry it. */
    static EdnsContent of(@Nullable DnsMessage message, EdnsOptions options) {
        if (message == null || !message.hasEdns()) {
            return NONE;
        }
        byte @Nullable [] subnet = null;
        byte @Nullable [] cookie = null;
        byte @Nullable [] nsid = null;
        byte @Nullable [] error = null;
        options.reset(message);
        while (options.next()) {
            switch (options.code()) {
                case CLIENT_SUBNET -> subnet = subnet == null ? options.data() : subnet;
                case COOKIE -> cookie = cookie == null ? options.data() : cookie;
                case NSID -> nsid = nsid == null ? options.data() : nsid;
                case EXTENDED_ERROR -> error = error == null ? options.data() : error;
                default -> {}
            }
        }
        return new EdnsContent(
                subnet == null ? null : ClientSubnet.of(subnet),
                cookie == null || cookie.length == 0 ? null : HexFormat.of().formatHex(cookie),
                nsid == null || nsid.length == 0 ? null : printableOrHex(nsid),
                error == null || error.length < 2 ? null : extendedError(error));
    }

    private static String printableOrHex(byte[] bytes) {
        for (byte b : bytes) {
            if (b < ' ' || b > '~') {
                return HexFormat.of().formatHex(bytes);
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** RFC 8914 section 2; the text may end in a zero byte. */
    private static ExtendedError extendedError(byte[] option) {
        int code = (option[0] & 0xff) << 8 | option[1] & 0xff;
        int end = option.length;
        while (end > 2 && option[end - 1] == 0) {
            end--;
        }
        String text = new String(option, 2, end - 2, StandardCharsets.UTF_8);
        return new ExtendedError(code, text.isEmpty() ? null : text);
    }
}
