package io.stream53.agent.privacy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The operator's secret, 32 bytes. Nothing prints it. */
public final class PrivacyKey {
    private static final int BYTES = 32;
    private static final long MAX_FILE_BYTES = 4096;
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private final byte[] bytes;

    private PrivacyKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads a key file: one line of 64 hexadecimal digits; empty lines and such that begin with #
     * do not count. It must be the owner's alone.
     *
     * @throws IOException with one sentence that names the file and says what to do
     */
    public static PrivacyKey read(Path file) throws IOException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            permissions.retainAll(OTHERS);
            if (!permissions.isEmpty()) {
                throw new IOException(
                        "key file %s is open to other users: chmod 600 it".formatted(file));
            }
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IOException(wrong(file));
            }
            List<String> lines =
                    Files.readAllLines(file).stream()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                            .toList();
            if (lines.size() != 1) {
                throw new IOException(wrong(file));
            }
            return of(HexFormat.of().parseHex(lines.getFirst()));
        } catch (NoSuchFileException missing) {
            throw new IOException("key file %s does not exist".formatted(file), missing);
        } catch (java.nio.charset.CharacterCodingException | IllegalArgumentException notHex) {
            // without the cause, whose text may hold a part of the key
            throw new IOException(wrong(file));
        }
    }

    private static String wrong(Path file) {
        return ("key file %s must hold one line of 64 hexadecimal digits, whose halves differ,"
                        + " as from: openssl rand -hex 32")
                .formatted(file);
    }

    /**
     * A key of 32 bytes.
     *
     * @throws IllegalArgumentException for another length, and when both halves are equal
     */
    static PrivacyKey of(byte[] bytes) {
        if (bytes.length != BYTES || Arrays.equals(bytes, 0, 16, bytes, 16, 32)) {
            throw new IllegalArgumentException("not a key of 32 bytes whose halves differ");
        }
        return new PrivacyKey(bytes.clone());
    }

    /** The key as it is, for Crypto-PAn and ipcrypt-pfx: other programs can undo what it did. */
    byte[] addressKey() {
        return bytes;
    }

    /** 16 bytes for another use, from which this key cannot be computed. */
    byte[] derive(String use) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            return Arrays.copyOf(
                    mac.doFinal(use.getBytes(java.nio.charset.StandardCharsets.UTF_8)), 16);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC with SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "a key";
    }
}
