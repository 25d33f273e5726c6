package io.stream53.fuzz;

import io.stream53.dns.DnsMessage;
import io.stream53.dns.EdnsOptions;
import io.stream53.dns.RdataText;
import io.stream53.dns.RecordReader;

/** DNS messages: the input is one message as on the wire. */
public final class MessageFuzzer {
    /** A record takes 11 bytes at least. */
    private static final int MIN_RECORD_BYTES = 11;

    private MessageFuzzer() {}

    /** Decodes all that there is in a message, and the same cut at its middle. */
    public static void fuzzerTestOneInput(byte[] data) {
        DnsMessage message = new DnsMessage();
        if (message.parse(data)) {
            read(message);
        }
        if (data.length >= DnsMessage.HEADER_BYTES
                && message.parse(data, 0, Math.max(12, data.length / 2), data.length)) {
            read(message);
        }
    }

    static void read(DnsMessage message) {
        Broken.unless(message.capturedLength() <= message.size(), "captured more than the size");
        Broken.unless(message.questionNameLength() <= 4 * 255, "a name of over 255 octets");
        RecordReader records = new RecordReader().reset(message);
        int count = 0;
        while (records.next()) {
            count++;
            Broken.unless(
                    count * MIN_RECORD_BYTES <= message.capturedLength(),
                    "more records than the message can hold");
            RdataText.of(records);
        }
        EdnsOptions options = new EdnsOptions().reset(message);
        while (options.next()) {
            Broken.unless(options.length() >= 0, "an option of negative length");
        }
    }
}
