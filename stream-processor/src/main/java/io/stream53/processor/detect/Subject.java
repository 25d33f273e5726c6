package io.stream53.processor.detect;

/** The subjects' texts. */
final class Subject {
    private static final char BETWEEN = '|';

    private Subject() {}

    /** A server as one node sees it. */
    static String server(String node, String address) {
        return node + BETWEEN + address;
    }

    static String addressOf(String server) {
        return server.substring(server.lastIndexOf(BETWEEN) + 1);
    }

    static String nodeOf(String server) {
        return server.substring(0, Math.max(0, server.lastIndexOf(BETWEEN)));
    }
}
