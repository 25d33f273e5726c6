package io.stream53.processor.count;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which keys are counted on their own: of each hour and dimension those that came first. It goes by
 * hours, since the merged counts of an hour are held as well.
 */
final class KeyLimit {
    /** Hours whose keys are remembered; older ones begin to count anew. */
    private static final int REMEMBERED_HOURS = 8;

    private final int maxKeys;
    private final int dimensions;
    private final TreeMap<Long, List<Set<Object>>> keysOfHour = new TreeMap<>();

    KeyLimit(int maxKeys, int dimensions) {
        this.maxKeys = maxKeys;
        this.dimensions = dimensions;
    }

    /**
     * Whether a key is counted on its own.
     *
     * @param hourMs start of the hour
     * @param dimension number of the dimension
     */
    boolean admit(long hourMs, int dimension, Object key) {
        List<Set<Object>> keys = keysOfHour.get(hourMs);
        if (keys == null) {
            keys = new ArrayList<>(dimensions);
            for (int i = 0; i < dimensions; i++) {
                keys.add(new HashSet<>());
            }
            keysOfHour.put(hourMs, keys);
            if (keysOfHour.size() > REMEMBERED_HOURS) {
                keysOfHour.pollFirstEntry();
            }
        }
        Set<Object> ofDimension = keys.get(dimension);
        return ofDimension.contains(key)
                || key.equals(Dimension.UNKNOWN)
                || key.equals(Dimension.OTHER)
                || ofDimension.size() < maxKeys && ofDimension.add(key);
    }
}
