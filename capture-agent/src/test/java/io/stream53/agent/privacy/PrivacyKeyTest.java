package io.stream53.agent.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivacyKeyTest {
    private static final String DIGITS =
            "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";

    @TempDir Path folder;

    private Path file(String text, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "%s\n", "# made in May\n\n  %s  \n"})
    void aKeyIsOneLineOfDigits(String text) throws IOException {
        PrivacyKey key = PrivacyKey.read(file(text.formatted(DIGITS), "rw-------"));
        assertThat(key.addressKey()).hasSize(32).startsWith(0x00, 0x11, 0x22);
        assertThat(key).hasToString("a key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw-rw-rw-"})
    void aFileThatOthersMayReadOrWriteIsRefused(String permissions) throws IOException {
        Path file = file(DIGITS, permissions);
        assertThatIOException()
                .isThrownBy(() -> PrivacyKey.read(file))
                .withMessage("key file %s is open to other users: chmod 600 it", file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "00112233445566778899aabbccddeeff",
                DIGITS + "\n" + DIGITS,
                DIGITS + "00",
                "x0112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210",
                "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
                "\u00e9\u00e9"
            })
    void whatIsNoKeyIsRefusedWithoutBeingTold(String text) throws IOException {
        Path file = file(text, "rw-------");
        assertThatIOException()
                .isThrownBy(() -> PrivacyKey.read(file))
                .withMessageStartingWith("key file %s must hold one line", file)
                .withNoCause()
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("0112233"));
    }

    @Test
    void aFileThatIsNoTextOrTooLargeIsRefused() throws IOException {
        Path file = folder.resolve("binary");
        Files.write(file, new byte[] {(byte) 0xc3, (byte) 0x28});
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatIOException().isThrownBy(() -> PrivacyKey.read(file)).withMessageContaining("64");
        Path large = file("#".repeat(5000), "rw-------");
        assertThatIOException()
                .isThrownBy(() -> PrivacyKey.read(large))
                .withMessageContaining("64");
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("none");
        assertThatIOException()
                .isThrownBy(() -> PrivacyKey.read(file))
                .withMessage("key file %s does not exist", file);
    }

    @Test
    void theKeyOfAnotherUseDoesNotTellTheKey() throws IOException {
        PrivacyKey key = PrivacyKey.read(file(DIGITS, "r--------"));
        assertThat(key.derive("labels")).hasSize(16).isNotEqualTo(key.derive("other"));
    }
}
