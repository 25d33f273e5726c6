package io.stream53.processor.enrich;

import io.stream53.schema.AutonomousSystem;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.Geo;
import io.stream53.schema.Organization;
import org.jspecify.annotations.Nullable;

/**
 * Where a client is, when the agent may have changed its address. What the agent looked up before
 * that wins; an encrypted address stands for another, so nothing is looked up by it.
 */
final class CarriedPlace {
    /** {@code DnsPacket.client_ip_form} of an address as it was on the wire. */
    static final String PLAIN = "plain";

    private static final String ENCRYPTED = "encrypted";
    private static final String TRUNCATED = "truncated";

    private CarriedPlace() {}

    /**
     * @param found what files say about the address
     */
    static Place ofClient(DnsPacket packet, Place found) {
        Geo geo = geo(packet);
        AutonomousSystem as = network(packet);
        if (isEncrypted(packet) || geo != null && as != null) {
            return new Place(geo, as);
        }
        return geo == null && as == null
                ? found
                : new Place(geo == null ? found.geo() : geo, as == null ? found.as() : as);
    }

    /** The public resolver that the client is of; null where that cannot be told for sure. */
    static @Nullable String resolverOf(DnsPacket packet, Resolvers resolvers, byte[] address) {
        return isEncrypted(packet)
                ? null
                : resolvers.find(address, packet.getClientIpForm().equals(TRUNCATED));
    }

    /** Its addresses, the EDNS client subnet's too, stand for others. */
    static boolean isEncrypted(DnsPacket packet) {
        return packet.getClientIpForm().equals(ENCRYPTED);
    }

    private static @Nullable Geo geo(DnsPacket packet) {
        String continent = textOrNull(packet.getClientContinentCode());
        String country = textOrNull(packet.getClientCountryIsoCode());
        if (continent == null && country == null) {
            return null;
        }
        Geo geo = new Geo();
        geo.setContinentCode(continent == null ? Countries.continentOf(country) : continent);
        geo.setCountryIsoCode(country);
        geo.setCountryName(Countries.englishName(country));
        return geo;
    }

    private static @Nullable AutonomousSystem network(DnsPacket packet) {
        long number = packet.getClientAsNumber();
        String organization = textOrNull(packet.getClientAsOrganization());
        if (number == 0 && organization == null) {
            return null;
        }
        AutonomousSystem as = new AutonomousSystem();
        as.setNumber(number == 0 ? null : number);
        as.setOrganization(organization == null ? null : new Organization(organization));
        return as;
    }

    private static @Nullable String textOrNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
