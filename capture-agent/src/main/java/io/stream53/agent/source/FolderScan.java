package io.stream53.agent.source;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which files of a folder are complete. A file is when a newer one of the same writer follows
 * it (its name is the same up to the first digit, and it came to be when this one was written to
 * for the last time, or later), or when it has not changed for some time.
 *
 * <p>Hidden files, files that are named as being written ({@code .tmp}, {@code .part}, {@code
 * .partial}), empty files, folders and symbolic links are none of its business.
 */
final class FolderScan {
    private static final Set<String> BEING_WRITTEN = Set.of(".tmp", ".part", ".partial");

    private static final Comparator<FolderFile> OLDEST_FIRST =
            Comparator.comparing(FolderFile::modified).thenComparing(FolderFile::name);

    private final Path folder;
    private final Duration settle;
    private final InstantSource clock;

    /** What each file was like when it was first seen so, and when that was. */
    private Map<Path, Look> looks = new HashMap<>();

    private record Look(FolderFile file, Instant since) {}

    FolderScan(Path folder, Duration settle, InstantSource clock) {
        this.folder = folder;
        this.settle = settle;
        this.clock = clock;
    }

    /** Every file, oldest first. */
    List<FolderFile> files() throws IOException {
        List<FolderFile> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                FolderFile file = isCandidate(entry) ? look(entry) : null;
                if (file != null) {
                    files.add(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(OLDEST_FIRST);
        return files;
    }

    private static boolean isCandidate(Path entry) {
        String name = entry.getFileName().toString();
        return !name.startsWith(".") && BEING_WRITTEN.stream().noneMatch(name::endsWith);
    }

    /** The file as it is now; null when it is none, or went away meanwhile. */
    static @Nullable FolderFile look(Path path) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            boolean something = attributes.isRegularFile() && attributes.size() > 0;
            return something ? FolderFile.of(path, attributes) : null;
        } catch (IOException gone) {
            return null;
        }
    }

    /** Those of all files that are complete, in the order of the list. */
    List<FolderFile> complete(List<FolderFile> files) {
        Instant now = clock.instant();
        Map<String, FolderFile> newest = new HashMap<>();
        Map<Path, Look> seen = new HashMap<>();
        List<FolderFile> complete = new ArrayList<>();
        for (FolderFile file : files.reversed()) {
            Look before = looks.get(file.path());
            Look look =
                    before != null && file.isUnchanged(before.file())
                            ? before
                            : new Look(file, now);
            seen.put(file.path(), look);
            FolderFile follower = newest.putIfAbsent(file.prefix(), file);
            boolean followed = follower != null && file.isFollowedBy(follower);
            if (followed || isSettled(look, now)) {
                complete.addFirst(file);
            }
        }
        looks = seen;
        return complete;
    }

    private boolean isSettled(Look look, Instant now) {
        Instant unchanged = now.minus(settle);
        return !look.since().isAfter(unchanged) || !look.file().modified().isAfter(unchanged);
    }
}
