package io.stream53.benchmarks;

import io.stream53.fixtures.SearchNode;
import java.io.IOException;

/** The engine's side of `bench sink`: how fast documents arrive. */
final class Indices {
    private static final String ALL = "dns-enriched-*";
    private static final long POLL_MS = 20;
    private static final long PATIENCE_NS = 300_000_000_000L;

    private final SearchNode engine;

    /** Begins to write. */
    @FunctionalInterface
    interface Writer {
        void start() throws IOException, InterruptedException;
    }

    Indices(SearchNode engine) {
        this.engine = engine;
    }

    /**
     * Has documents written into a new index.
     *
     * @return how many a second, from a tenth of them to the last
     */
    double rate(int documents, Writer writer) throws IOException, InterruptedException {
        engine.call("DELETE", "/" + ALL, "");
        writer.start();
        long end = System.nanoTime() + PATIENCE_NS;
        long first = awaitIndexed(documents / 10, end);
        long firstAt = System.nanoTime();
        long last = awaitIndexed(documents, end);
        return (last - first) * 1e9 / (System.nanoTime() - firstAt);
    }

    private long awaitIndexed(long count, long end) throws IOException, InterruptedException {
        long indexed = indexed();
        while (indexed < count) {
            if (System.nanoTime() > end) {
                throw new IOException(
                        "only " + indexed + " of " + count + " documents came in five minutes");
            }
            Thread.sleep(POLL_MS);
            indexed = indexed();
        }
        return indexed;
    }

    private long indexed() throws IOException, InterruptedException {
        return engine.call("GET", "/" + ALL + "/_stats/indexing?filter_path=_all.primaries", "")
                .at("/_all/primaries/indexing/index_total")
                .asLong();
    }
}
