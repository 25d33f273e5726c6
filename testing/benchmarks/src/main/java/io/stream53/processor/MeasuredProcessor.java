package io.stream53.processor;

import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.enrich.Resolvers;
import io.stream53.processor.task.LedgerBoard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.streams.Topology;

/**
 * The processor's own topology and settings, as {@link ProcessorApp} puts them together, for the
 * benchmark: this class is in the processor's package so that nothing there is public for it alone.
 */
public final class MeasuredProcessor {
    private final ProcessorConfig config;

    /**
     * With default settings but for these.
     *
     * @param geoip an MMDB file
     */
    public MeasuredProcessor(
            String bootstrap, String registry, String applicationId, Path stateDir, Path geoip) {
        Map<Setting, String> options = new EnumMap<>(Setting.class);
        options.put(Setting.BOOTSTRAP, bootstrap);
        options.put(Setting.REGISTRY, registry);
        options.put(Setting.APPLICATION_ID, applicationId);
        options.put(Setting.STATE_DIR, stateDir.toString());
        options.put(Setting.GEOIP, geoip.toString());
        config = ProcessorConfig.of(Settings.load(null, Map.of(), options));
    }

    /** What Kafka Streams is configured with. */
    public Properties properties() {
        return StreamsProperties.of(config);
    }

    /** The whole topology. */
    public Topology topology() throws IOException {
        PublicSuffixes suffixes = new PublicSuffixes();
        GeoLookup geo = GeoLookup.open(config.geoip());
        Supplier<Enricher> enrichers = Enricher.sharing(geo, suffixes, Resolvers.bundled());
        return DnsTopology.build(
                config,
                new DnsTopology.Parts(
                        () -> Serialization.deserializer(config),
                        Serialization.serializer(config),
                        Serialization.serializer(config),
                        Serialization.serializer(config),
                        Serialization.serializer(config),
                        () -> enrichers.get()::enrich,
                        partition -> false,
                        new LedgerBoard()));
    }
}
