package io.stream53.agent.status;

/** What a {@link StatusServer} tells; every method may be called by any thread. */
public interface Status {
    /** Packets are being read, and the records have somewhere to go. */
    boolean isReady();

    /** In one line, why it is ready or not. */
    String condition();

    /** Prometheus' text format. */
    String metrics();

    /** The ledger as JSON. */
    String ledger();
}
