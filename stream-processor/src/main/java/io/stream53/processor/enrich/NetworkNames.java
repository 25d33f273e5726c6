package io.stream53.processor.enrich;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Networks of one address family, each with a name, compiled into a sorted table of ranges: a
 * look-up is a binary search that allocates nothing. Where networks lie within each other, the
 * longest prefix names an address. Immutable.
 */
final class NetworkNames {
    /** A network: its first and last address as unsigned numbers. */
    record Network(BigInteger first, BigInteger last, String name) {}

    private record Boundary(BigInteger at, @Nullable String name) {}

    /** Upper and lower 64 bits of the first address of each range, ascending. */
    private final long[] upper;

    private final long[] lower;
    private final @Nullable String[] names;

    NetworkNames(List<Network> networks) {
        List<Boundary> boundaries = boundaries(networks);
        upper = new long[boundaries.size()];
        lower = new long[boundaries.size()];
        names = new String[boundaries.size()];
        for (int i = 0; i < upper.length; i++) {
            Boundary boundary = boundaries.get(i);
            upper[i] = boundary.at.shiftRight(Long.SIZE).longValue();
            lower[i] = boundary.at.longValue();
            names[i] = boundary.name;
        }
    }

    /** The range that an address is in, to be asked {@link #name}; -1 before the first. */
    int rangeOf(long upperBits, long lowerBits) {
        int low = 0;
        int high = upper.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (compare(upper[middle], lower[middle], upperBits, lowerBits) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** The name of a range; null for one that no network covers. */
    @Nullable String name(int range) {
        return range < 0 ? null : names[range];
    }

    private static int compare(long upper, long lower, long otherUpper, long otherLower) {
        int order = Long.compareUnsigned(upper, otherUpper);
        return order != 0 ? order : Long.compareUnsigned(lower, otherLower);
    }

    /** Where the name changes, in order: networks open and close, the innermost names. */
    private static List<Boundary> boundaries(List<Network> networks) {
        List<Network> widestFirst = new ArrayList<>(networks);
        widestFirst.sort(
                Comparator.comparing(Network::first)
                        .thenComparing(Comparator.comparing(Network::last).reversed()));
        List<Boundary> boundaries = new ArrayList<>();
        Deque<Network> open = new ArrayDeque<>();
        for (Network network : widestFirst) {
            closeBefore(network.first, open, boundaries);
            open.push(network);
            add(boundaries, network.first, network.name);
        }
        closeBefore(null, open, boundaries);
        return boundaries;
    }

    /** Closes what ends before an address; all of it for null. */
    private static void closeBefore(
            @Nullable BigInteger address, Deque<Network> open, List<Boundary> boundaries) {
        while (!open.isEmpty() && (address == null || open.element().last.compareTo(address) < 0)) {
            BigInteger behind = open.pop().last.add(BigInteger.ONE);
            if (behind.bitLength() <= 2 * Long.SIZE) {
                add(boundaries, behind, open.isEmpty() ? null : open.element().name);
            }
        }
    }

    private static void add(List<Boundary> boundaries, BigInteger at, @Nullable String name) {
        if (!boundaries.isEmpty() && boundaries.getLast().at.equals(at)) {
            boundaries.removeLast();
        }
        String before = boundaries.isEmpty() ? null : boundaries.getLast().name;
        if (name == null ? before != null : !name.equals(before)) {
            boundaries.add(new Boundary(at, name));
        }
    }
}
