package io.stream53.processor.enrich;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks addresses up in the operator's MMDB files. Later files fill in what earlier ones leave
 * empty, as long as both name the same country. Addresses that are not on the public internet have
 * no place. Safe for several threads: a change of the files swaps in a whole new state, so that a
 * look-up sees either the old files or the new ones.
 */
public final class GeoLookup {
    private static final Logger LOG = LoggerFactory.getLogger(GeoLookup.class);
    private static final int CACHED_ADDRESSES = 1 << 16;

    /** The files as opened, and what was found in them: the cache dies with its files. */
    private record State(List<MmdbFile> files, SlotCache<Address, Place> cache) {
        State(List<MmdbFile> files) {
            this(List.copyOf(files), new SlotCache<>(CACHED_ADDRESSES));
        }
    }

    /** Four or sixteen bytes in two numbers: no address of the one family is one of the other. */
    private record Address(long high, long low, int bytes) {
        static Address of(byte[] address) {
            long high = 0;
            long low = 0;
            for (byte b : address) {
                high = high << 8 | low >>> 56;
                low = low << 8 | b & 0xff;
            }
            return new Address(high, low, address.length);
        }

        @Override
        public int hashCode() {
            long mixed = (low ^ high * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
            return (int) (mixed >>> 32);
        }
    }

    private volatile State state;

    private GeoLookup(List<MmdbFile> files) {
        state = new State(files);
    }

    /** Knows no address. */
    public static GeoLookup none() {
        return new GeoLookup(List.of());
    }

    /**
     * Opens files.
     *
     * @throws IOException with one sentence that names the file that is not readable as MMDB
     */
    public static GeoLookup open(List<Path> paths) throws IOException {
        List<MmdbFile> files = new ArrayList<>();
        for (Path path : paths) {
            files.add(MmdbFile.open(path));
        }
        return new GeoLookup(files);
    }

    /**
     * What the files say about an address.
     *
     * @param address 4 or 16 bytes, network order, not to be changed afterwards; of any other
     *     length it has no place
     */
    public Place find(byte[] address) {
        if (!SpecialAddresses.isPublic(address)) {
            return Place.UNKNOWN;
        }
        State now = state;
        return now.files.isEmpty()
                ? Place.UNKNOWN
                : now.cache.get(Address.of(address), key -> find(now.files, address));
    }

    /**
     * Opens anew the files whose time or size changed since they were opened: to be called each few
     * seconds, by one thread. A new file that cannot be read leaves the old one in use, and one
     * warning says so.
     *
     * @return whether a file was replaced
     */
    public boolean refresh() {
        List<MmdbFile> files = new ArrayList<>();
        boolean changed = false;
        for (MmdbFile file : state.files) {
            MmdbFile current = file.reopenIfChanged(LOG::warn);
            changed |= current != file;
            files.add(current);
        }
        if (changed) {
            state = new State(files);
        }
        return changed;
    }

    private static Place find(List<MmdbFile> files, byte[] address) {
        Place place = Place.UNKNOWN;
        for (MmdbFile file : files) {
            place = Places.merge(place, file.find(address));
        }
        return place;
    }
}
