package io.stream53.agent.status;

/**
 * Where the agent tells of itself.
 *
 * @param host address or name of this host; empty: nowhere
 * @param port 0 takes a free one
 */
public record StatusSettings(String host, int port) {
    /** Serves nothing. */
    public static final StatusSettings OFF = new StatusSettings("", 0);

    /**
     * The settings of a text such as {@code 127.0.0.1:9154} or {@code [::1]:9154}.
     *
     * @throws IllegalArgumentException for any other
     */
    public static StatusSettings of(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon));
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = Integer.parseInt(text, colon + 1, text.length(), 10);
        if (host.isBlank() || port < 0 || port > 65535) {
            throw new IllegalArgumentException(text);
        }
        return new StatusSettings(host, port);
    }

    /** Whether anything is served. */
    public boolean isOn() {
        return !host.isEmpty();
    }
}
