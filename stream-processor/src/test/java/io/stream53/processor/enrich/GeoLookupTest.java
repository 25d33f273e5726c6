package io.stream53.processor.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.fixtures.Requires;
import io.stream53.schema.AutonomousSystem;
import io.stream53.schema.Geo;
import io.stream53.schema.Location;
import io.stream53.schema.Organization;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeoLookupTest {
    private static final Map<String, Object> NESTED_CITY =
            Map.of(
                    "continent", Map.of("code", "EU"),
                    "country",
                            Map.of(
                                    "iso_code",
                                    "GB",
                                    "names",
                                    Map.of("en", "United Kingdom of old")),
                    "subdivisions", List.of(Map.of("iso_code", "ENG")),
                    "city", Map.of("names", Map.of("de", "Bracknel", "en", "Bracknell")),
                    "location", Map.of("latitude", 51.4036, "longitude", -0.7618));

    @TempDir Path folder;

    @Test
    void readsTheNestedLayoutOfMaxMind() throws IOException {
        GeoLookup lookup = open(city4());

        assertThat(find(lookup, "81.2.69.142"))
                .isEqualTo(
                        new Place(
                                new Geo(
                                        "EU",
                                        "GB",
                                        "United Kingdom of old",
                                        "GB-ENG",
                                        "Bracknell",
                                        new Location(51.4036, -0.7618)),
                                null));
        assertThat(find(lookup, "81.2.70.1")).isEqualTo(Place.UNKNOWN);
    }

    @Test
    void readsTheFlatLayoutOfIpLocationDb() throws IOException {
        GeoLookup lookup =
                open(
                        MmdbWriter.forIpVersion(6)
                                .network(
                                        "2a02:2e0::/32",
                                        Map.of(
                                                "country_code", "DE",
                                                "city", "",
                                                "state1", "Hesse",
                                                "latitude", 51.2993f,
                                                "longitude", 9.491f)));

        assertThat(find(lookup, "2a02:2e0::1").geo())
                .isEqualTo(
                        new Geo("EU", "DE", "Germany", null, null, new Location(51.2993, 9.491)));
    }

    @Test
    void derivesContinentAndNameFromTheCountry() throws IOException {
        GeoLookup lookup = open(country("8.8.8.0/24", "US"));

        assertThat(find(lookup, "8.8.8.8").geo())
                .isEqualTo(new Geo("NA", "US", "United States", null, null, null));
    }

    @Test
    void everyCountryOfThePlatformHasAContinent() {
        for (String country : Locale.getISOCountries()) {
            assertThat(Countries.continentOf(country)).as(country).isNotNull();
            assertThat(Countries.englishName(country)).as(country).isNotNull();
        }
    }

    @Test
    void takesTheNetworkFromAnotherFile() throws IOException {
        GeoLookup lookup =
                open(
                        country("8.8.8.0/24", "US"),
                        MmdbWriter.forIpVersion(4)
                                .network(
                                        "8.8.8.0/24",
                                        Map.of(
                                                "autonomous_system_number",
                                                15169,
                                                "autonomous_system_organization",
                                                "Google LLC")));

        Place place = find(lookup, "8.8.8.8");
        assertThat(place.as())
                .isEqualTo(new AutonomousSystem(15169L, new Organization("Google LLC")));
        assertThat(place.geo()).extracting(Geo::getCountryIsoCode).isEqualTo("US");
    }

    @Test
    void fillsGapsFromLaterFilesOfTheSameCountryOnly() throws IOException {
        assertThat(find(open(country("81.2.69.0/24", "GB"), city4()), "81.2.69.1").geo())
                .extracting(Geo::getCityName)
                .isEqualTo("Bracknell");
        assertThat(find(open(country("81.2.69.0/24", "FR"), city4()), "81.2.69.1").geo())
                .isEqualTo(new Geo("EU", "FR", "France", null, null, null));
    }

    @Test
    void looksIpv4UpInAFileForIpv6() throws IOException {
        GeoLookup lookup =
                open(
                        MmdbWriter.forIpVersion(6)
                                .network("8.8.8.0/24", Map.of("country_code", "US")));

        assertThat(find(lookup, "8.8.8.8").geo()).isNotNull();
    }

    @Test
    void doesNotLookIpv6UpInAFileForIpv4() throws IOException {
        // 2a02:2e0::/32 would be found where 42.2.2.224 is.
        GeoLookup lookup = open(country("42.2.0.0/16", "HK"));

        assertThat(find(lookup, "2a02:2e0::1")).isEqualTo(Place.UNKNOWN);
    }

    @Test
    void ignoresFieldsOfUnexpectedTypesAndValues() throws IOException {
        GeoLookup lookup =
                open(
                        MmdbWriter.forIpVersion(4)
                                .network(
                                        "8.8.8.0/24",
                                        Map.of(
                                                "country",
                                                "US",
                                                "country_code",
                                                "ZZ",
                                                "city",
                                                List.of("x"),
                                                "latitude",
                                                91.0,
                                                "longitude",
                                                0.0,
                                                "autonomous_system_number",
                                                "many")));

        assertThat(find(lookup, "8.8.8.8")).isEqualTo(Place.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "127.0.0.1",
                "169.254.0.1",
                "172.31.255.255",
                "192.0.0.9",
                "192.0.2.1",
                "192.168.1.1",
                "198.19.0.1",
                "198.51.100.1",
                "203.0.113.9",
                "224.0.0.251",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fd00::1",
                "ff02::fb",
                "2001:db8::1",
                "2001::1",
                "2002:808:808::1",
                "3fff::1",
                "64:ff9b::808:808"
            })
    void addressesOffThePublicInternetHaveNoPlace(String address) throws IOException {
        GeoLookup lookup =
                open(
                        MmdbWriter.forIpVersion(6)
                                .network("::/1", Map.of("country_code", "US"))
                                .network("8000::/1", Map.of("country_code", "US")));

        assertThat(find(lookup, address)).isEqualTo(Place.UNKNOWN);
        assertThat(find(lookup, "2a00::1").geo()).isNotNull();
        assertThat(find(lookup, "100.128.0.1").geo()).isNotNull();
    }

    @Test
    void anAddressOfAnotherLengthHasNoPlace() throws IOException {
        GeoLookup lookup = open(city4());

        assertThat(lookup.find(new byte[0])).isEqualTo(Place.UNKNOWN);
        assertThat(lookup.find(new byte[] {8, 8, 8})).isEqualTo(Place.UNKNOWN);
    }

    @Test
    void readsAFileAnewWhenItChanges() throws IOException {
        Path file = write("geo.mmdb", country("8.8.8.0/24", "US"));
        GeoLookup lookup = GeoLookup.open(List.of(file));
        assertThat(countryOf(lookup, "8.8.8.8")).isEqualTo("US");
        assertThat(lookup.refresh()).isFalse();

        replace(file, country("8.8.8.0/24", "CA").bytes());

        assertThat(lookup.refresh()).isTrue();
        assertThat(countryOf(lookup, "8.8.8.8")).isEqualTo("CA");
        assertThat(lookup.refresh()).isFalse();
    }

    @Test
    void keepsTheOldFileWhileTheNewOneIsBroken() throws IOException {
        Path file = write("geo.mmdb", country("8.8.8.0/24", "US"));
        GeoLookup lookup = GeoLookup.open(List.of(file));

        replace(file, new byte[] {1, 2, 3});
        assertThat(lookup.refresh()).isFalse();
        assertThat(countryOf(lookup, "8.8.8.8")).isEqualTo("US");
        Files.delete(file);
        assertThat(lookup.refresh()).isFalse();
        assertThat(countryOf(lookup, "8.8.8.8")).isEqualTo("US");

        replace(file, country("8.8.8.0/24", "CA").bytes());
        assertThat(lookup.refresh()).isTrue();
        assertThat(countryOf(lookup, "8.8.8.8")).isEqualTo("CA");
    }

    @Test
    void complainsOfABrokenFileOnce() throws IOException {
        Path path = write("geo.mmdb", country("8.8.8.0/24", "US"));
        MmdbFile file = MmdbFile.open(path);
        List<String> warnings = new ArrayList<>();

        replace(path, new byte[] {1, 2, 3});
        file.reopenIfChanged(warnings::add);
        file.reopenIfChanged(warnings::add);

        assertThat(warnings)
                .singleElement()
                .asString()
                .contains(path.toString())
                .endsWith("Its old content stays in use.");
    }

    @Test
    void namesTheFileThatCannotBeOpened() throws IOException {
        Path missing = folder.resolve("missing.mmdb");
        Path broken = Files.write(folder.resolve("broken.mmdb"), new byte[] {1, 2, 3});

        assertThatThrownBy(() -> GeoLookup.open(List.of(missing)))
                .isInstanceOf(IOException.class)
                .hasMessage("GeoIP file %s does not exist; give an MMDB file.", missing);
        assertThatThrownBy(() -> GeoLookup.open(List.of(broken)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(broken.toString());
    }

    @Test
    void damagedRecordsHaveNoPlace() throws IOException {
        byte[] good = city4().bytes();
        for (int at = 0; at < good.length - 400; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= (byte) 0xff;
            Path file = Files.write(folder.resolve("damaged.mmdb"), damaged);
            assertThat(find(GeoLookup.open(List.of(file)), "81.2.69.142")).isNotNull();
        }
    }

    @Test
    void readsTheBundledFile() throws IOException {
        Path bundled =
                Requires.file(
                        Requires.repository()
                                .resolve("deploy/standalone/geoip/iptoasn-country.mmdb"));
        GeoLookup lookup = GeoLookup.open(List.of(bundled));

        assertThat(Files.size(bundled)).isLessThan(6 << 20);
        assertThat(countryOf(lookup, "8.8.8.8")).isEqualTo("US");
        assertThat(countryOf(lookup, "193.0.6.139")).isEqualTo("NL");
        assertThat(countryOf(lookup, "200.160.2.3")).isEqualTo("BR");
        assertThat(countryOf(lookup, "2a02:2e0::1")).isEqualTo("DE");
    }

    private static MmdbWriter city4() {
        return MmdbWriter.forIpVersion(4).network("81.2.69.0/24", NESTED_CITY);
    }

    private static MmdbWriter country(String network, String code) {
        return MmdbWriter.forIpVersion(4).network(network, Map.of("country_code", code));
    }

    private GeoLookup open(MmdbWriter... files) throws IOException {
        List<Path> paths = new ArrayList<>();
        for (MmdbWriter file : files) {
            paths.add(write(paths.size() + ".mmdb", file));
        }
        return GeoLookup.open(paths);
    }

    private Path write(String name, MmdbWriter file) throws IOException {
        return Files.write(folder.resolve(name), file.bytes());
    }

    /** With a time of its own, however coarse the file system's clock is. */
    private static void replace(Path file, byte[] bytes) throws IOException {
        FileTime before =
                Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.fromMillis(before.toMillis() + 5000));
    }

    private static Place find(GeoLookup lookup, String address) {
        return lookup.find(InetAddress.ofLiteral(address).getAddress());
    }

    private static String countryOf(GeoLookup lookup, String address) {
        Geo geo = find(lookup, address).geo();
        return geo == null ? "unknown" : String.valueOf(geo.getCountryIsoCode());
    }
}
