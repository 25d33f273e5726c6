package io.stream53.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The captures that a data folder has taken in whole, by their content. A transaction's id is made
 * of its packets, so a capture that is read again gives the same documents again: the next run goes
 * on behind it.
 */
final class ReadCaptures {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path list;

    /**
     * @param list one line for each capture: SHA-256 of its bytes in hexadecimal, a space, its path
     */
    ReadCaptures(Path list) {
        this.list = list;
    }

    /** Whether the file's content was read whole before. */
    boolean contains(String file) {
        return digests().contains(digest(file));
    }

    /** Notes files that were read to their ends. */
    void add(List<String> files) {
        List<String> lines = files.stream().map(file -> digest(file) + " " + file).toList();
        try {
            Files.write(list, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UserError("%s cannot be written: %s.".formatted(list, e));
        }
    }

    private Set<String> digests() {
        if (!Files.exists(list)) {
            return Set.of();
        }
        try (var lines = Files.lines(list)) {
            return lines.map(line -> line.substring(0, Math.max(0, line.indexOf(' '))))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UserError("%s cannot be read: %s.".formatted(list, e));
        }
    }

    private static String digest(String file) {
        try (InputStream in = Files.newInputStream(Path.of(file));
                DigestInputStream digesting = new DigestInputStream(in, sha256())) {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (digesting.read(buffer) >= 0) {
                // Only the digest is wanted.
            }
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UserError("%s cannot be read: %s.".formatted(file, e.getMessage()));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
