package io.stream53.processor.match;

/**
 * Where {@link Matcher#drain} writes the state. Keys begin with a byte below {@value
 * Matcher#FIRST_FREE_STATE_PREFIX}, so that others may keep entries of their own beside them.
 * Nobody changes a key or a value afterwards: the matcher shares them with the store.
 */
public interface StateWriter {
    void put(byte[] key, byte[] value);

    void delete(byte[] key);
}
