package io.stream53.agent.filter;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;

/** A set of zones: tells whether a name is one of them or below. Allocates nothing to tell it. */
final class Zones {
    private record Zone(int hash, byte[] name) {}

    private final Zone[] byHash;
    private final int[] hashes;
    private final boolean everything;

    /** Names in lower case, without final dot; the root is a dot. */
    Zones(Set<String> names) {
        byHash =
                names.stream()
                        .map(name -> name.getBytes(StandardCharsets.UTF_8))
                        .map(name -> new Zone(hash(name), name))
                        .sorted(Comparator.comparingInt(Zone::hash))
                        .toArray(Zone[]::new);
        hashes = Arrays.stream(byHash).mapToInt(Zone::hash).toArray();
        everything = names.contains(".");
    }

    private static int hash(byte[] name) {
        int hash = 0;
        for (int i = name.length - 1; i >= 0; i--) {
            hash = step(hash, name[i]);
        }
        return hash;
    }

    /** From right to left, so that one walk gives the hash of each name above. */
    private static int step(int hash, byte next) {
        return (hash ^ next) * 0x01000193;
    }

    /**
     * Whether a name is in a zone.
     *
     * @param name text as {@code DnsMessage.questionNameBytes}: each dot parts two labels
     * @param length bytes of it that count
     */
    boolean contain(byte[] name, int length) {
        if (everything) {
            return true;
        }
        int hash = 0;
        for (int from = length - 1; from >= 0; from--) {
            hash = step(hash, name[from]);
            if ((from == 0 || name[from - 1] == '.') && isZone(hash, name, from, length)) {
                return true;
            }
        }
        return false;
    }

    private boolean isZone(int hash, byte[] name, int from, int to) {
        int at = Arrays.binarySearch(hashes, hash);
        if (at < 0) {
            return false;
        }
        while (at > 0 && hashes[at - 1] == hash) {
            at--;
        }
        for (; at < hashes.length && hashes[at] == hash; at++) {
            byte[] zone = byHash[at].name;
            if (Arrays.equals(zone, 0, zone.length, name, from, to)) {
                return true;
            }
        }
        return false;
    }
}
