package io.stream53.processor.match;

/** Event time of one node, and what waits for it to pass. */
final class NodeClock {
    final String node;
    final Deadlines<PendingQuery> queries = new Deadlines<>();
    final Deadlines<EarlyResponse> early = new Deadlines<>();
    final Deadlines<ExpiredQuery> expired = new Deadlines<>();

    /** What the node said of its sampling. */
    final SamplingRates rates = new SamplingRates();

    private long run;
    private long watermarkUs = Long.MIN_VALUE;

    /** It is in the changelog. */
    boolean logged;

    /** It differs from what is in the changelog. */
    boolean changed;

    NodeClock(String node) {
        this.node = node;
    }

    /** A watermark never goes back within a run, and starts anew with the next. */
    void advance(long ofRun, long toUs) {
        long next = ofRun == run ? Math.max(watermarkUs, toUs) : toUs;
        changed |= next != watermarkUs || ofRun != run;
        watermarkUs = next;
        run = ofRun;
    }

    /** Takes note of a sampling rate that the node reported. */
    void report(long ofRun, long timeUs, int samplingRate) {
        changed |= rates.report(ofRun, timeUs, samplingRate);
    }

    long run() {
        return run;
    }

    long watermarkUs() {
        return watermarkUs;
    }

    /** Nothing more comes from this run, or from this node. */
    void end() {
        watermarkUs = Long.MAX_VALUE;
    }

    boolean hasEnded() {
        return watermarkUs == Long.MAX_VALUE;
    }

    /** A packet may carry any time: the end is behind every deadline, the largest too. */
    boolean hasPassed(long deadlineUs) {
        return watermarkUs > deadlineUs || hasEnded();
    }
}
