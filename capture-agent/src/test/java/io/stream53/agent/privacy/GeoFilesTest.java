package io.stream53.agent.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.stream53.agent.packet.ClientPlace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeoFilesTest {
    @TempDir Path folder;

    private static String text(ClientPlace place) {
        return "%s/%s/%d/%s"
                .formatted(
                        new String(place.continent(), StandardCharsets.UTF_8),
                        new String(place.country(), StandardCharsets.UTF_8),
                        place.asNumber(),
                        new String(place.asOrganization(), StandardCharsets.UTF_8));
    }

    private static String place(List<Map<String, ?>> records) {
        return text(GeoFiles.place(records));
    }

    @Test
    void bothLayoutsAreRead() {
        Map<String, ?> nested =
                Map.of("continent", Map.of("code", "EU"), "country", Map.of("iso_code", "DE"));
        Map<String, ?> flat =
                Map.of(
                        "country_code",
                        "de",
                        "autonomous_system_number",
                        64_500L,
                        "autonomous_system_organization",
                        "Zürich");
        assertThat(place(List.of(nested))).isEqualTo("EU/DE/0/");
        assertThat(place(List.of(flat))).isEqualTo("/DE/64500/Zürich");
        assertThat(place(List.of(nested, flat))).isEqualTo("EU/DE/64500/Zürich");
        assertThat(place(List.of(flat, nested))).isEqualTo("EU/DE/64500/Zürich");
    }

    @Test
    void aLaterFileDoesNotContradictAnEarlier() {
        Map<String, ?> first = Map.of("country_code", "FR", "autonomous_system_number", "64501");
        Map<String, ?> second =
                Map.of(
                        "continent",
                        Map.of("code", "EU"),
                        "country_code",
                        "DE",
                        "autonomous_system_organization",
                        "other");
        assertThat(place(List.of(first, second))).isEqualTo("/FR/64501/");
    }

    @Test
    void whatIsNoCountryOrOfAnotherTypeIsAsIfAbsent() {
        Map<String, ?> odd =
                Map.of(
                        "country_code",
                        "ZZ",
                        "continent",
                        "EU",
                        "autonomous_system_number",
                        List.of());
        assertThat(GeoFiles.place(List.of(odd))).isSameAs(ClientPlace.UNKNOWN);
        assertThat(place(List.of(Map.of("country_code", "None")))).isEqualTo("//0/");
    }

    @Test
    void aLongNameIsCutBetweenCharacters() {
        ClientPlace place = new ClientPlace("", "", 1, "ü".repeat(200));
        assertThat(place.asOrganization()).hasSize(254);
    }

    @Test
    void aFileThatIsNoMmdbIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("x.mmdb"), "not one");
        assertThatIOException()
                .isThrownBy(() -> GeoFiles.open(List.of(file)))
                .withMessageStartingWith("GeoIP file %s cannot be read as MMDB", file);
        assertThatIOException()
                .isThrownBy(() -> GeoFiles.open(List.of(folder.resolve("none"))))
                .withMessageContaining("does not exist");
    }
}
