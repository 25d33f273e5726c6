package io.stream53.processor.enrich;

import com.maxmind.db.Reader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One MMDB file, as it was when it was opened: its bytes are held on the heap, since a mapped file
 * that is overwritten in place would take the process down. Safe for several threads.
 */
final class MmdbFile {
    /** What tells whether a file was changed. */
    private record Stamp(FileTime modified, long size) {
        static Stamp of(Path path) throws IOException {
            return new Stamp(Files.getLastModifiedTime(path), Files.size(path));
        }
    }

    private final Path path;
    private final Reader reader;
    private final int ipVersion;

    /** Of the file that was last tried, which need not be the one in use. */
    private volatile @Nullable Stamp tried;

    private MmdbFile(Path path, Reader reader, Stamp stamp) {
        this.path = path;
        this.reader = reader;
        this.ipVersion = reader.getMetadata().ipVersion();
        this.tried = stamp;
    }

    /**
     * Opens a file.
     *
     * @throws IOException with one sentence, when it is not readable as MMDB
     */
    static MmdbFile open(Path path) throws IOException {
        try {
            Stamp stamp = Stamp.of(path);
            Reader reader = new Reader(new ByteArrayInputStream(Files.readAllBytes(path)));
            return new MmdbFile(path, reader, stamp);
        } catch (NoSuchFileException missing) {
            throw new IOException(
                    "GeoIP file %s does not exist; give an MMDB file.".formatted(path), missing);
        } catch (IOException | RuntimeException unreadable) {
            throw new IOException(
                    "GeoIP file %s cannot be read as MMDB: %s."
                            .formatted(path, unreadable.getMessage()),
                    unreadable);
        }
    }

    /**
     * This file, or what is at its path now when that is another file and readable.
     *
     * @param warn takes one sentence when it is not; each broken file is complained of once
     */
    MmdbFile reopenIfChanged(Consumer<String> warn) {
        Stamp now = null;
        try {
            now = Stamp.of(path);
            if (now.equals(tried)) {
                return this;
            }
            return open(path);
        } catch (IOException unreadable) {
            if (!Objects.equals(now, tried)) {
                warn.accept(
                        now == null
                                ? "GeoIP file %s is gone; its old content stays in use."
                                        .formatted(path)
                                : unreadable.getMessage() + " Its old content stays in use.");
            }
            tried = now;
            return this;
        }
    }

    /** What this file says about an address; unknown where its record cannot be read. */
    Place find(byte[] address) {
        // The tree of a file for IPv4 would be walked with the first 32 bits of an IPv6 address.
        if (ipVersion == 4 && address.length != 4) {
            return Place.UNKNOWN;
        }
        try {
            Map<?, ?> fields = reader.get(InetAddress.getByAddress(address), Map.class);
            return fields == null ? Place.UNKNOWN : Places.of(fields);
        } catch (IOException | RuntimeException damaged) {
            return Place.UNKNOWN;
        }
    }
}
