package io.stream53.standalone;

import io.stream53.connect.DocumentWriter;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsTransaction;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;
import java.nio.charset.StandardCharsets;

/** Prints transactions and alerts, one a line: as the sink's documents, or for people. */
final class TransactionPrinter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final boolean text;
    private final DocumentWriter documents = new DocumentWriter();

    /** The output was closed by whoever reads it. */
    static final class NobodyReads extends RuntimeException {
        @Serial private static final long serialVersionUID = 1;

        NobodyReads(IOException cause) {
            super(cause);
        }
    }

    TransactionPrinter(OutputStream out, boolean text) {
        this.out = new BufferedOutputStream(out, BUFFER_BYTES);
        this.text = text;
    }

    void print(DnsTransaction transaction) {
        printLine(
                text
                        ? TextLine.of(transaction).getBytes(StandardCharsets.UTF_8)
                        : documents.write(transaction));
    }

    void print(DnsAlert alert) {
        printLine(documents.write(alert));
    }

    private void printLine(byte[] line) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw new NobodyReads(e);
        }
    }

    /** Hands over what was printed so far. */
    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new NobodyReads(e);
        }
    }

    @Override
    public void close() {
        try {
            out.flush();
        } catch (IOException e) {
            // The reader has gone; what it wanted it has.
        }
    }
}
