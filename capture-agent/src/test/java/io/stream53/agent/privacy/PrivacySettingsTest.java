package io.stream53.agent.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.stream53.agent.filter.FilterSettings;
import io.stream53.agent.privacy.PrivacySettings.Addresses;
import io.stream53.agent.publish.MessageCarry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrivacySettingsTest {
    private static final Path KEY = Path.of("/etc/stream53/key");

    private static List<String> contradictions(PrivacySettings settings, MessageCarry carry) {
        return PrivacySettings.contradictions(settings, FilterSettings.NONE, carry);
    }

    private static PrivacySettings of(Addresses addresses, boolean hash, boolean key) {
        return new PrivacySettings(addresses, 24, 48, hash, key ? KEY : null, List.of());
    }

    @Test
    void nothingAskedForContradictsNothing() {
        assertThat(contradictions(PrivacySettings.NONE, MessageCarry.ALL)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"CRYPTOPAN", "IPCRYPT_PFX"})
    void encryptionNeedsAKey(Addresses addresses) {
        PrivacySettings keyless = of(addresses, false, false);
        assertThat(contradictions(keyless, MessageCarry.ALL))
                .containsExactly(PrivacySettings.NO_KEY);
        assertThat(contradictions(of(addresses, false, true), MessageCarry.ALL)).isEmpty();
        assertThatIOException().isThrownBy(() -> Privacy.open(keyless));
    }

    @Test
    void hashingNeedsAKeyAndNoMessages() {
        assertThat(contradictions(of(Addresses.PLAIN, true, false), MessageCarry.NONE))
                .containsExactly(PrivacySettings.NO_KEY);
        for (MessageCarry carry : List.of(MessageCarry.ALL, MessageCarry.RESPONSES)) {
            assertThat(contradictions(of(Addresses.PLAIN, true, true), carry))
                    .singleElement()
                    .asString()
                    .contains("set message=none");
        }
        assertThat(contradictions(of(Addresses.TRUNCATED, true, true), MessageCarry.NONE))
                .isEmpty();
    }

    @Test
    void aKeyWithoutUseIsAMisunderstanding() {
        assertThat(contradictions(of(Addresses.TRUNCATED, false, true), MessageCarry.ALL))
                .singleElement()
                .asString()
                .contains("privacy.key.file");
    }

    @Test
    void truncationMustTruncate() {
        PrivacySettings whole =
                new PrivacySettings(Addresses.TRUNCATED, 32, 128, false, null, List.of());
        assertThat(contradictions(whole, MessageCarry.ALL)).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new PrivacySettings(
                                        Addresses.TRUNCATED, 33, 48, false, null, List.of()));
    }

    @Test
    void placesAreLookedUpOnlyWhereAddressesAreChanged() {
        PrivacySettings plain =
                new PrivacySettings(
                        Addresses.PLAIN, 24, 48, false, null, List.of(Path.of("x.mmdb")));
        assertThat(contradictions(plain, MessageCarry.ALL))
                .singleElement()
                .asString()
                .contains("privacy.geoip");
    }

    @Test
    void contradictionsOfFiltersAreAmongThem() {
        FilterSettings filter =
                new FilterSettings(
                        java.util.Set.of("a"),
                        java.util.Set.of("a"),
                        java.util.Set.of(),
                        java.util.Set.of(),
                        java.util.Set.of(),
                        java.util.Set.of(),
                        List.of(),
                        List.of());
        assertThat(PrivacySettings.contradictions(PrivacySettings.NONE, filter, MessageCarry.ALL))
                .hasSize(1);
    }
}
