package io.stream53.ledger;

/** What the processor counts, for each task, in its state: the figures hold across crashes. */
public enum ProcessorCounter {
    PACKETS_READ("packetsRead", "messages read once from dns.raw"),
    LOST("lost", "records whose numbers are missing between two that were read"),
    REDELIVERED("redelivered", "records read again, known by their numbers and dropped"),
    UNDECODABLE(
            "undecodable", "records of dns.raw that were not DnsPackets, sent to dns.dead-letters"),
    QUERIES("queries", "messages with QR=0"),
    RESPONSES("responses", "messages with QR=1"),
    TRANSACTIONS("transactions", "transactions written to dns.enriched"),
    TRANSACTIONS_WITH_QUERY("transactionsWithQuery", "transactions that have a query"),
    ANSWERED("answered", "transactions with query and response"),
    UNANSWERED("unanswered", "queries without a response in time"),
    UNSOLICITED("unsolicited", "responses that nothing asked for"),
    MISMATCHED("mismatched", "responses whose question differs from all that is pending"),
    LATE("late", "responses to queries that had timed out"),
    ONE_WAY("oneWay", "messages that expect no response (DSO unidirectional)"),
    SAMPLED_OUT(
            "sampledOut",
            "queries or responses whose other half may have been left out as the sampling rate changed"),
    SAMPLED_OUT_RESPONSES("sampledOutResponses", "SAMPLED_OUT among them that are responses"),
    DUPLICATE_RESPONSES("duplicateResponses", "further responses to an answered query"),
    TRANSFER_RESPONSES("transferResponses", "responses of a zone transfer after its first"),
    RETRANSMISSIONS("retransmissions", "queries seen again while pending"),
    OVERFLOWED("overflowed", "UNANSWERED among them because the pending set was full"),
    COUNTED_QUERIES("countedQueries", "queries of the transactions that were counted by TLD"),
    UNCOUNTED_QUERIES("uncountedQueries", "queries too late for any window still kept");

    private final String text;
    private final String meaning;

    ProcessorCounter(String text, String meaning) {
        this.text = text;
        this.meaning = meaning;
    }

    /** Name in ledgers and metrics. */
    public String text() {
        return text;
    }

    /** One sentence for people. */
    public String meaning() {
        return meaning;
    }
}
