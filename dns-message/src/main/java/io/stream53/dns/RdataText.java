package io.stream53.dns;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Presentation text of the data of records (RFC 1035 section 5.1 and the types' own RFCs). */
public final class RdataText {
    private RdataText() {}

    /**
     * Text of a record's data, with names lower case and without a final dot. Data that breaks its
     * type's format comes as {@link #unknown}.
     *
     * @return null when this class does not know the type
     */
    public static @Nullable String of(RecordReader record) {
        return null;
    }

    /** The text that suits any type (RFC 3597 section 5), for example {@code \# 4 0a000001}. */
    public static String unknown(RecordReader record) {
        String hex =
                HexFormat.of()
                        .formatHex(
                                record.bytes(),
                                record.dataOffset(),
                                record.dataOffset() + record.dataLength());
        return hex.isEmpty() ? "\\# 0" : "\\# " + record.dataLength() + " " + hex;
    }
}
