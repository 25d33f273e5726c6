package io.stream53.processor.match;

import io.stream53.ledger.ProcessorCounter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A long for each {@link ProcessorCounter}. One thread adds; any thread may read (it may see one
 * counter a moment before another).
 */
public final class CounterSet {
    private static final ProcessorCounter[] COUNTERS = ProcessorCounter.values();
    private static final byte VERSION = 1;

    private final Map<ProcessorCounter, AtomicLong> values = new EnumMap<>(ProcessorCounter.class);

    public CounterSet() {
        for (ProcessorCounter counter : COUNTERS) {
            values.put(counter, new AtomicLong());
        }
    }

    /** Adds one. */
    public void add(ProcessorCounter counter) {
        add(counter, 1);
    }

    /** Adds {@code amount}. */
    public void add(ProcessorCounter counter, long amount) {
        AtomicLong value = value(counter);
        value.setOpaque(value.getPlain() + amount);
    }

    /** The value of a counter. */
    public long get(ProcessorCounter counter) {
        return value(counter).getOpaque();
    }

    private AtomicLong value(ProcessorCounter counter) {
        return Objects.requireNonNull(values.get(counter));
    }

    /** Both together, as a new set. */
    public CounterSet plus(CounterSet other) {
        CounterSet sum = new CounterSet();
        for (ProcessorCounter counter : COUNTERS) {
            sum.add(counter, get(counter) + other.get(counter));
        }
        return sum;
    }

    /** All counters, also those that are 0. */
    public Map<ProcessorCounter, Long> toMap() {
        Map<ProcessorCounter, Long> map = new EnumMap<>(ProcessorCounter.class);
        for (ProcessorCounter counter : COUNTERS) {
            map.put(counter, get(counter));
        }
        return map;
    }

    /**
     * A version byte, then (name as modified UTF-8, i64) for each counter that is not 0: names, so
     * that later versions may reorder the counters.
     */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            for (ProcessorCounter counter : COUNTERS) {
                if (get(counter) != 0) {
                    out.writeUTF(counter.text());
                    out.writeLong(get(counter));
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #toBytes} wrote; counters that this version does not know are left out.
     *
     * @throws IllegalArgumentException when the bytes are not a counter set
     */
    public static CounterSet fromBytes(byte[] bytes) {
        Map<String, ProcessorCounter> byText = new HashMap<>();
        for (ProcessorCounter counter : COUNTERS) {
            byText.put(counter.text(), counter);
        }
        CounterSet set = new CounterSet();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("counter set of unknown version " + version);
            }
            while (in.available() > 0) {
                ProcessorCounter counter = byText.get(in.readUTF());
                long value = in.readLong();
                if (counter != null) {
                    set.add(counter, value);
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("counter set ends too early", e);
        }
        return set;
    }

    @Override
    public String toString() {
        return toMap().toString();
    }
}
