package io.stream53.agent.source;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of a {@link WatchedFolder} as it was when it was looked at.
 *
 * @param modified when it was written to last
 * @param created when it came to be; where the file system does not know, as {@code modified}
 * @param identity tells it from another file of the same name; empty where nothing does
 */
public record FolderFile(Path path, long size, Instant modified, Instant created, String identity) {
    static FolderFile of(Path path, BasicFileAttributes attributes) {
        @Nullable Object key = attributes.fileKey();
        return new FolderFile(
                path,
                attributes.size(),
                attributes.lastModifiedTime().toInstant(),
                attributes.creationTime().toInstant(),
                key == null ? "" : key.toString());
    }

    String name() {
        return path.getFileName().toString();
    }

    /** What files of one writer have in common: the name up to its first digit. */
    String prefix() {
        String name = name();
        for (int i = 0; i < name.length(); i++) {
            if (Character.isDigit(name.charAt(i))) {
                return name.substring(0, i);
            }
        }
        return name;
    }

    /** Whether a writer that goes from file to file was done with this one when it began that. */
    boolean isFollowedBy(FolderFile other) {
        return !other.created.isBefore(modified)
                && other.modified.isAfter(modified)
                && other.prefix().equals(prefix());
    }

    /** Whether nothing was written to it since the other look. */
    boolean isUnchanged(FolderFile earlier) {
        return size == earlier.size
                && modified.equals(earlier.modified)
                && identity.equals(earlier.identity);
    }

    /** Its path, fit for a log. */
    @Override
    public String toString() {
        return Printable.text(path);
    }
}
