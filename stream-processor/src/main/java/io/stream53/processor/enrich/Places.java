package io.stream53.processor.enrich;

import io.stream53.schema.AutonomousSystem;
import io.stream53.schema.Geo;
import io.stream53.schema.Location;
import io.stream53.schema.Organization;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of MMDB records, of two layouts: MaxMind's own, which nests ({@code
 * country.iso_code}, {@code city.names.en}), and the flat one of the ip-location-db files ({@code
 * country_code}, {@code city}). Networks are spelt alike in both. A field of an unexpected type is
 * as if absent.
 */
final class Places {
    private Places() {}

    static Place of(Map<?, ?> fields) {
        return new Place(geo(fields), network(fields));
    }

    /** The first place, with what it leaves empty taken from the second. */
    static Place merge(Place first, Place second) {
        return new Place(merge(first.geo(), second.geo()), merge(first.as(), second.as()));
    }

    private static @Nullable Geo geo(Map<?, ?> fields) {
        String country =
                countryCode(
                        first(text(fields, "country", "iso_code"), text(fields, "country_code")));
        String region = text(firstOf(fields, "subdivisions"), "iso_code");
        Geo geo = new Geo();
        geo.setCountryIsoCode(country);
        geo.setCountryName(
                first(text(fields, "country", "names", "en"), Countries.englishName(country)));
        geo.setContinentCode(
                first(text(fields, "continent", "code"), Countries.continentOf(country)));
        geo.setRegionIsoCode(country == null || region == null ? null : country + '-' + region);
        geo.setCityName(first(text(fields, "city", "names", "en"), text(fields, "city")));
        geo.setLocation(
                fields.get("location") instanceof Map<?, ?> nested
                        ? location(nested)
                        : location(fields));
        return geo.equals(new Geo()) ? null : geo;
    }

    private static @Nullable AutonomousSystem network(Map<?, ?> fields) {
        Double number = number(fields.get("autonomous_system_number"));
        String organization = text(fields, "autonomous_system_organization");
        if (number == null && organization == null) {
            return null;
        }
        AutonomousSystem as = new AutonomousSystem();
        as.setNumber(number == null ? null : number.longValue());
        as.setOrganization(organization == null ? null : new Organization(organization));
        return as;
    }

    private static @Nullable Location location(Map<?, ?> fields) {
        Double latitude = number(fields.get("latitude"));
        Double longitude = number(fields.get("longitude"));
        boolean onEarth =
                latitude != null
                        && longitude != null
                        && Math.abs(latitude) <= 90
                        && Math.abs(longitude) <= 180;
        return onEarth ? new Location(latitude, longitude) : null;
    }

    private static @Nullable Geo merge(@Nullable Geo first, @Nullable Geo second) {
        if (first == null || second == null) {
            return first(first, second);
        }
        String country = first.getCountryIsoCode();
        if (country != null && !country.equals(second.getCountryIsoCode())) {
            return first;
        }
        return new Geo(
                first(first.getContinentCode(), second.getContinentCode()),
                first(country, second.getCountryIsoCode()),
                first(first.getCountryName(), second.getCountryName()),
                first(first.getRegionIsoCode(), second.getRegionIsoCode()),
                first(first.getCityName(), second.getCityName()),
                first(first.getLocation(), second.getLocation()));
    }

    private static @Nullable AutonomousSystem merge(
            @Nullable AutonomousSystem first, @Nullable AutonomousSystem second) {
        if (first == null || second == null) {
            return first(first, second);
        }
        return Objects.equals(first.getNumber(), second.getNumber())
                ? new AutonomousSystem(
                        first.getNumber(), first(first.getOrganization(), second.getOrganization()))
                : first;
    }

    /** Two letters, upper case; files write other things for unknown. */
    private static @Nullable String countryCode(@Nullable String text) {
        return text != null
                        && text.length() == 2
                        && isLetter(text.charAt(0))
                        && isLetter(text.charAt(1))
                        && !text.equalsIgnoreCase("ZZ")
                ? text.toUpperCase(Locale.ROOT)
                : null;
    }

    private static boolean isLetter(char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    /** The text at the end of a path of nested maps; null when it is not there or empty. */
    private static @Nullable String text(@Nullable Object fields, String... path) {
        Object value = fields;
        for (String step : path) {
            value = value instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return value instanceof String text && !text.isBlank() ? text : null;
    }

    private static @Nullable Object firstOf(Map<?, ?> fields, String list) {
        return fields.get(list) instanceof List<?> values && !values.isEmpty()
                ? values.getFirst()
                : null;
    }

    private static @Nullable Double number(@Nullable Object value) {
        return switch (value) {
            // By way of the text: 37.751 as a float is 37.7509994507 as a double.
            case Float number -> parse(number.toString());
            case Number number -> number.doubleValue();
            case String text -> parse(text);
            case null, default -> null;
        };
    }

    private static @Nullable Double parse(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }

    private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
        return one != null ? one : other;
    }
}
