package io.stream53.standalone;

/** The loopback ports of one pipeline and the addresses made of them. */
record Endpoints(
        int broker,
        int controller,
        int registryPort,
        int registryManagement,
        int searchPort,
        int connectPort,
        int processorPort) {
    /** Bootstrap servers. */
    String bootstrap() {
        return "127.0.0.1:" + broker;
    }

    /** The registry's interface in Confluent's dialect. */
    String registry() {
        return "http://127.0.0.1:" + registryPort + "/apis/ccompat/v7";
    }

    String search() {
        return "http://127.0.0.1:" + searchPort;
    }

    String connect() {
        return "http://127.0.0.1:" + connectPort;
    }

    String processor() {
        return "http://127.0.0.1:" + processorPort;
    }
}
