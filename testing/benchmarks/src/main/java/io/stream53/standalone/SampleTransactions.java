package io.stream53.standalone;

import io.stream53.agent.AgentConfig;
import io.stream53.agent.CaptureRun;
import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.enrich.Resolvers;
import io.stream53.schema.DnsTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The transactions of a capture as the pipeline makes them, for the benchmark: this class is in the
 * launcher's package so that nothing there is public for it alone.
 */
public final class SampleTransactions {
    private SampleTransactions() {}

    /** Reads a capture, with the bundled countries. */
    public static List<DnsTransaction> of(Path capture) throws IOException {
        List<DnsTransaction> transactions = new ArrayList<>();
        Enricher enricher =
                new Enricher(
                        GeoLookup.open(Bundled.geoip()), new PublicSuffixes(), Resolvers.bundled());
        MemoryPipeline pipeline =
                new MemoryPipeline(
                        transaction -> transactions.add(enricher.enrich(transaction)), until -> {});
        var _ =
                CaptureRun.files(
                        List.of(capture), AgentConfig.of(Map.of("node", "bench")), pipeline);
        return transactions;
    }
}
