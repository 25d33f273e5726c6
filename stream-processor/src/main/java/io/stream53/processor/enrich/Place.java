package io.stream53.processor.enrich;

import io.stream53.schema.AutonomousSystem;
import io.stream53.schema.Geo;
import org.jspecify.annotations.Nullable;

/**
 * What the MMDB files say about an address. The records are shared between transactions: nobody may
 * change them.
 *
 * @param geo null when no file has a location for the address
 * @param as null when no file has a network for the address
 */
public record Place(@Nullable Geo geo, @Nullable AutonomousSystem as) {
    /** Nothing is known. */
    public static final Place UNKNOWN = new Place(null, null);

    /** The same, to be written often. */
    Place encoded() {
        return new Place(geo == null ? null : Encoded.of(geo), as == null ? null : Encoded.of(as));
    }
}
