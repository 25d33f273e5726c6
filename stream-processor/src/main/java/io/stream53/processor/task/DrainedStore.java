package io.stream53.processor.task;

import io.stream53.processor.match.StateWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * State that lives on the heap and reaches the changelog only when its task commits, so that what
 * comes and goes between two commits costs nothing.
 *
 * <p>The heap belongs to {@link Part}s, which processors attach in their {@code init}. Before each
 * commit Streams calls {@link #flushCache()}, and the parts write what changed since the last time
 * into the inner store, whose changelog is part of the same transaction. {@link CachedStateStore}
 * is internal to Streams; it is the one hook that runs before the producer is flushed: {@code
 * flush()} and {@code commit()} run after the transaction has ended, too late. The kill test holds
 * this up.
 *
 * <p>The inner store serves restoring and standbys, and nothing else reads it: after a restart, a
 * rebalance or the promotion of a standby a processor's {@code init} attaches new parts, which are
 * filled from it. One thread at a time uses a store.
 */
final class DrainedStore implements StateStore, CachedStateStore<Object, Object> {
    /** First bytes of keys. */
    private static final int BYTES = 256;

    /** One kind of state on the heap. */
    interface Part {
        /** Takes in an entry that an earlier {@link #drain} wrote; called before anything else. */
        void restore(byte[] key, byte[] value);

        /** Writes what changed since the last drain. Must not forward records. */
        void drain(StateWriter writer);

        /** State that knows nothing of stores: its own ways to take entries in and write them. */
        static Part of(BiConsumer<byte[], byte[]> restore, Consumer<StateWriter> drain) {
            return new Part() {
                @Override
                public void restore(byte[] key, byte[] value) {
                    restore.accept(key, value);
                }

                @Override
                public void drain(StateWriter writer) {
                    drain.accept(writer);
                }
            };
        }
    }

    private final KeyValueStore<Bytes, byte[]> inner;
    private final Map<Byte, Part> parts = new LinkedHashMap<>();

    /** All entries belong to parts. */
    private boolean known;

    DrainedStore(KeyValueStore<Bytes, byte[]> inner) {
        this.inner = inner;
    }

    /**
     * Fills a part from what was drained under its prefix, and drains it from now on. A part that
     * is attached under the prefix of another one takes its place.
     *
     * @param prefix the first byte of the part's keys in the store and its changelog
     */
    <P extends Part> P attach(char prefix, P part) {
        byte first = (byte) prefix;
        try (KeyValueIterator<Bytes, byte[]> entries =
                inner.prefixScan(Bytes.wrap(new byte[] {first}), new BytesSerializer())) {
            while (entries.hasNext()) {
                var entry = entries.next();
                byte[] key = entry.key.get();
                part.restore(Arrays.copyOfRange(key, 1, key.length), entry.value);
            }
        }
        parts.put(first, part);
        return part;
    }

    /** The part that another processor of the task attached. */
    <P extends Part> P part(char prefix, Class<P> type) {
        Part part = parts.get((byte) prefix);
        if (part == null) {
            throw new IllegalStateException("no part under " + prefix);
        }
        return type.cast(part);
    }

    @Override
    public void flushCache() {
        if (!known && !parts.isEmpty()) {
            refuseUnknownEntries();
            known = true;
        }
        parts.forEach((prefix, part) -> part.drain(new PrefixWriter(prefix)));
    }

    /**
     * Entries that no part has taken were written by a newer version. Were they left alone, they
     * would be out of date when that version comes back. This comes before anything is committed.
     */
    private void refuseUnknownEntries() {
        int[] prefixes = parts.keySet().stream().mapToInt(Byte::toUnsignedInt).sorted().toArray();
        int from = 0;
        for (int prefix : prefixes) {
            refuseBetween(from, prefix);
            from = prefix + 1;
        }
        refuseBetween(from, BYTES);
    }

    /** Both are first bytes of keys; the second is not included. */
    private void refuseBetween(int from, int to) {
        Bytes last = to == BYTES ? null : Bytes.wrap(new byte[] {(byte) to});
        if (from >= to) {
            return;
        }
        try (KeyValueIterator<Bytes, byte[]> entries =
                inner.range(Bytes.wrap(new byte[] {(byte) from}), last)) {
            if (entries.hasNext()) {
                byte first = entries.next().key.get()[0];
                if (Byte.toUnsignedInt(first) < to) {
                    throw new IllegalStateException(
                            ("The store %s holds state of the kind '%c', which this version of stream53"
                                            + " does not know: a newer one wrote it. Start that version"
                                            + " again, or begin anew with ./stream53 reset.")
                                    .formatted(name(), Byte.toUnsignedInt(first)));
                }
            }
        }
    }

    /** The task becomes a standby, which writes into the inner store: the heap is out of date. */
    @Override
    public void clearCache() {
        parts.clear();
        known = false;
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<Object, Object> listener, boolean old) {
        return false;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        parts.clear();
        known = false;
        inner.init(context, root);
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        inner.commit(changelogOffsets);
    }

    @Override
    public void close() {
        parts.clear();
        inner.close();
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public boolean persistent() {
        return inner.persistent();
    }

    @Override
    public boolean isOpen() {
        return inner.isOpen();
    }

    /** Writes into the inner store, whose every write goes to the changelog. */
    private final class PrefixWriter implements StateWriter {
        private final byte prefix;

        PrefixWriter(byte prefix) {
            this.prefix = prefix;
        }

        @Override
        public void put(byte[] key, byte[] value) {
            inner.put(prefixed(key), value);
        }

        @Override
        public void delete(byte[] key) {
            inner.delete(prefixed(key));
        }

        private Bytes prefixed(byte[] key) {
            byte[] bytes = new byte[key.length + 1];
            bytes[0] = prefix;
            System.arraycopy(key, 0, bytes, 1, key.length);
            return Bytes.wrap(bytes);
        }
    }
}
