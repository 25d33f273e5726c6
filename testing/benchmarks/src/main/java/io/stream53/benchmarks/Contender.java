package io.stream53.benchmarks;

import java.util.Locale;

/** What `bench processor` compares; each reads dns.raw in a process of its own. */
enum Contender {
    /** Consumes, decodes, encodes and produces each record: what nothing can be faster than. */
    COPY_LOOP("copyLoop"),
    /** Matching and draining alone; writes both messages of each transaction in one record. */
    MATCHER("matcher"),
    /** The whole processor. */
    TOPOLOGY("topology"),
    /** Kafka Streams' own outer join, over the timeout; writes what MATCHER does. */
    DSL_JOIN("dslJoin");

    private final String text;

    Contender(String text) {
        this.text = text;
    }

    /** Name in the result. */
    String text() {
        return text;
    }

    /** As people type it: picocli takes an enum's text beside its name. */
    @Override
    public String toString() {
        return text;
    }

    /** Application id, group and transactional id. */
    String id() {
        return "bench-" + text.toLowerCase(Locale.ROOT);
    }

    /** Topic that it writes, where it is none of stream53's. */
    String output() {
        return "bench." + text;
    }
}
