package io.stream53.processor.enrich;

import io.stream53.dns.RdataText;
import io.stream53.dns.RecordReader;
import java.util.Arrays;
import java.util.Set;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.UNKRecord;

/**
 * Presentation text of any record's data: the decoder's own for the common types, dnsjava's for the
 * rare ones, and RFC 3597's for what neither can read.
 */
final class RecordText {
    /** Their data may hold names that point into the message (RFC 3597 section 4). */
    private static final Set<Integer> COMPRESSED = Set.of(Type.SIG, Type.NXT);

    private RecordText() {}

    static String of(RecordReader record) {
        String text = RdataText.of(record);
        return text != null ? text : rare(record);
    }

    private static String rare(RecordReader record) {
        if (COMPRESSED.contains(record.type())) {
            return RdataText.unknown(record);
        }
        int from = record.dataOffset();
        byte[] data = Arrays.copyOfRange(record.bytes(), from, from + record.dataLength());
        try {
            Record parsed =
                    Record.newRecord(
                            Name.root, record.type(), record.recordClass(), 0, data.length, data);
            if (!(parsed instanceof UNKRecord) && data.length > 0) {
                return parsed.rdataToString();
            }
        } catch (RuntimeException unreadable) {
            // Whatever dnsjava makes of it: the text for unknown data suits every record.
        }
        return RdataText.unknown(record);
    }
}
