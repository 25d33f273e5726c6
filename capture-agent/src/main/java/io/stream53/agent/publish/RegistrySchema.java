package io.stream53.agent.publish;

import java.io.IOException;

/** Asks the schema registry for the id of DnsPacket's schema. */
final class RegistrySchema {
    private RegistrySchema() {}

    static int idOfDnsPacket(KafkaSettings settings) throws IOException {
        if (settings.registry().isEmpty()) {
            return 0;
        }
        throw new IOException("no registry client yet: " + settings.registry());
    }
}
