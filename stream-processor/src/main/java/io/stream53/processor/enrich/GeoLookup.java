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

    private static final int SHARED_PLACES = 1 << 12;

    /** An address as text, and what the files say about it. */
    record Known(String text, Place place) {}

    /**
     * The files as opened, and what was found in them: the caches die with their files. Many
     * addresses are in one place, and then share it.
     */
    private record State(
            List<MmdbFile> files, AddressCache<Known> addresses, SlotCache<Place, Place> places) {
        State(List<MmdbFile> files) {
            this(
                    List.copyOf(files),
                    new AddressCache<>(CACHED_ADDRESSES),
                    new SlotCache<>(SHARED_PLACES));
        }

        Known known(byte[] address) {
            Place place = Place.UNKNOWN;
            if (!files.isEmpty() && SpecialAddresses.isPublic(address)) {
                for (MmdbFile file : files) {
                    place = Places.merge(place, file.find(address));
                }
                place = places.get(place, Place::encoded);
            }
            return new Known(AddressText.of(address), place);
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
     * @param address 4 or 16 bytes, network order; of any other length it has no place
     */
    public Place find(byte[] address) {
        return known(address).place();
    }

    /** The same, and the address's text. */
    Known known(byte[] address) {
        return address.length == 4 || address.length == 16
                ? cached(address, state)
                : new Known(AddressText.of(address), Place.UNKNOWN);
    }

    private static Known cached(byte[] address, State now) {
        return now.addresses.get(address, now::known);
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
}
