package io.stream53.connect;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.apache.http.entity.AbstractHttpEntity;
import org.apache.http.entity.ContentType;
import org.apache.http.nio.ContentEncoder;
import org.apache.http.nio.IOControl;
import org.apache.http.nio.entity.HttpAsyncContentProducer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a bulk request, sent out of the operations' lines piece by piece, so that a request
 * under way does not hold each document a second time. May be sent again once it is closed.
 */
final class BulkBody extends AbstractHttpEntity implements HttpAsyncContentProducer {
    private static final String NDJSON = ContentType.create("application/x-ndjson").toString();
    private static final int CHUNK_BYTES = 64 * 1024;

    private final List<Operation> operations;
    private final long length;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
    private @Nullable InputStream rest;

    BulkBody(List<Operation> operations) {
        this.operations = operations;
        this.length = operations.stream().mapToLong(operation -> operation.lines().length).sum();
        setContentType(NDJSON);
    }

    @Override
    public void produceContent(ContentEncoder encoder, IOControl control) throws IOException {
        while (fill()) {
            int _ = encoder.write(chunk);
            if (chunk.hasRemaining()) {
                // The connection takes no more for now, and asks again.
                return;
            }
        }
        encoder.complete();
    }

    /** Whether there is anything in the chunk, new or left. */
    private boolean fill() throws IOException {
        if (chunk.hasRemaining()) {
            return true;
        }
        InputStream from = rest == null ? getContent() : rest;
        rest = from;
        chunk.clear().limit(from.readNBytes(chunk.array(), 0, CHUNK_BYTES));
        return chunk.hasRemaining();
    }

    @Override
    public InputStream getContent() {
        return new SequenceInputStream(
                Collections.enumeration(
                        operations.stream()
                                .map(operation -> new ByteArrayInputStream(operation.lines()))
                                .toList()));
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        for (Operation operation : operations) {
            out.write(operation.lines());
        }
    }

    @Override
    public long getContentLength() {
        return length;
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public boolean isStreaming() {
        return false;
    }

    @Override
    public void close() {
        rest = null;
        chunk.clear().limit(0);
    }
}
