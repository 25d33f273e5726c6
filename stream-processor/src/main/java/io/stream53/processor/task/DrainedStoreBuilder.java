package io.stream53.processor.task;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Makes a {@link DrainedStore} over an in-memory store with a changelog. */
public final class DrainedStoreBuilder implements StoreBuilder<DrainedStore> {
    /**
     * The changelog is read whole at each start, and most of it is entries that came and went:
     * small segments and eager cleaning keep it near the size of the state. Tombstones stay for an
     * hour, longer than any restore takes.
     */
    private static final Map<String, String> CHANGELOG =
            Map.of(
                    "segment.bytes", Integer.toString(32 << 20),
                    "segment.ms", Long.toString(600_000),
                    "min.cleanable.dirty.ratio", "0.1",
                    "delete.retention.ms", Long.toString(3_600_000));

    private final StoreBuilder<KeyValueStore<Bytes, byte[]>> inner;

    public DrainedStoreBuilder(String name) {
        inner =
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(name),
                                Serdes.Bytes(),
                                Serdes.ByteArray())
                        .withCachingDisabled()
                        .withLoggingEnabled(CHANGELOG);
    }

    @Override
    public DrainedStore build() {
        return new DrainedStore(inner.build());
    }

    /** The store is a cache already. */
    @Override
    public DrainedStoreBuilder withCachingEnabled() {
        return this;
    }

    @Override
    public DrainedStoreBuilder withCachingDisabled() {
        return this;
    }

    @Override
    public DrainedStoreBuilder withLoggingEnabled(Map<String, String> config) {
        inner.withLoggingEnabled(config);
        return this;
    }

    @Override
    public DrainedStoreBuilder withLoggingDisabled() {
        inner.withLoggingDisabled();
        return this;
    }

    @Override
    public Map<String, String> logConfig() {
        return inner.logConfig();
    }

    @Override
    public boolean loggingEnabled() {
        return inner.loggingEnabled();
    }

    @Override
    public String name() {
        return inner.name();
    }
}
