package io.stream53.processor.enrich;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What follows from a country's ISO 3166-1 alpha-2 code, for files that hold nothing else. */
final class Countries {
    /** Continents as GeoNames assigns them. */
    private static final Map<String, String> CONTINENTS =
            continents(
                    "AF",
                    "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR"
                            + " LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST"
                            + " SZ TD TG TN TZ UG YT ZA ZM ZW",
                    "AN",
                    "AQ BV GS HM TF",
                    "AS",
                    "AE AF AM AZ BD BH BN BT CC CN CX GE HK ID IL IN IO IQ IR JO JP KG KH KP KR KW"
                            + " KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TM TR"
                            + " TW UZ VN YE",
                    "EU",
                    "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM"
                            + " IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ"
                            + " SK SM UA VA XK",
                    "NA",
                    "AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF"
                            + " MQ MS MX NI PA PM PR SV SX TC TT US VC VG VI",
                    "OC",
                    "AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TL TO TV UM VU WF"
                            + " WS",
                    "SA",
                    "AR BO BR CL CO EC FK GF GY PE PY SR UY VE");

    private static final Map<String, String> NAMES = names();

    private Countries() {}

    static @Nullable String continentOf(@Nullable String country) {
        return country == null ? null : CONTINENTS.get(country);
    }

    /** The English name that the Java platform knows; null when it knows none. */
    static @Nullable String englishName(@Nullable String country) {
        return country == null ? null : NAMES.get(country);
    }

    private static Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        for (String country : CONTINENTS.keySet()) {
            String name = Locale.of("", country).getDisplayCountry(Locale.ENGLISH);
            if (!name.isEmpty() && !name.equals(country)) {
                names.put(country, name);
            }
        }
        return Map.copyOf(names);
    }

    private static Map<String, String> continents(String... continentsAndCountries) {
        Map<String, String> continents = new HashMap<>();
        for (int i = 0; i < continentsAndCountries.length; i += 2) {
            for (String country : continentsAndCountries[i + 1].split(" ", -1)) {
                continents.put(country, continentsAndCountries[i]);
            }
        }
        return Map.copyOf(continents);
    }
}
