package io.stream53.agent;

import io.stream53.agent.dnstap.DnstapAddress;
import io.stream53.agent.dnstap.DnstapSettings;
import io.stream53.agent.filter.FilterSettings;
import io.stream53.agent.load.LoadSettings;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.privacy.PrivacySettings;
import io.stream53.agent.publish.KafkaSettings;
import io.stream53.agent.publish.MessageCarry;
import io.stream53.agent.publish.SpoolSettings;
import io.stream53.agent.publish.WatermarkSettings;
import io.stream53.agent.source.LiveSettings;
import io.stream53.agent.status.StatusSettings;
import io.stream53.dns.Mnemonics;
import io.stream53.key.TransactionKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Makes the configuration of settings; each error is one sentence that names the setting. */
final class AgentConfigReader {
    private static final int MAX_BUFFER_MIB = 1024;
    private static final int MAX_SPOOL_MIB = 1 << 24;

    private final SettingValues texts;
    private final TypedValues values;

    private AgentConfigReader(SettingValues texts) {
        this.texts = texts;
        this.values = new TypedValues(texts);
    }

    /**
     * The configuration of these settings.
     *
     * @throws ConfigurationException with a sentence for each setting that is wrong
     */
    static AgentConfig read(SettingValues values) {
        List<String> problems = new ArrayList<>(values.problems());
        while (true) {
            try {
                AgentConfig config = new AgentConfigReader(values).read();
                if (problems.isEmpty()) {
                    return config;
                }
                throw new ConfigurationException(problems);
            } catch (WrongValueException e) {
                problems.add(e.getMessage());
                if (!values.has(e.setting())) {
                    throw new ConfigurationException(problems);
                }
                // The default is right, and the other settings are looked at with it.
                values.forget(e.setting());
            }
        }
    }

    private AgentConfig read() {
        Set<Integer> ports = ports();
        return new AgentConfig(
                input(ports),
                decoder(ports),
                node(),
                site(),
                addresses(),
                filter(),
                values.choice(AgentSetting.MESSAGE, MessageCarry.class),
                privacy(),
                load(),
                new WatermarkSettings(
                        values.micros(AgentSetting.MATCH_TIMEOUT),
                        values.micros(AgentSetting.MATCH_SKEW)),
                kafka(),
                spool(),
                status(),
                values.path(AgentSetting.LEDGER),
                values.duration(AgentSetting.SHUTDOWN_TIMEOUT));
    }

    private InputSettings input(Set<Integer> ports) {
        String device = values.text(AgentSetting.INTERFACE);
        return new InputSettings(
                values.list(AgentSetting.PCAP),
                values.path(AgentSetting.FOLDER),
                values.path(AgentSetting.FOLDER_DONE),
                values.duration(AgentSetting.FOLDER_SETTLE),
                device.isEmpty() ? null : live(device, ports),
                values.choice(AgentSetting.SOURCE, LiveSource.class),
                values.optionalDuration(AgentSetting.DURATION),
                dnstap());
    }

    private LiveSettings live(String device, Set<Integer> ports) {
        int buffer = values.mebibytes(AgentSetting.CAPTURE_BUFFER_MIB, MAX_BUFFER_MIB);
        boolean promiscuous = values.truth(AgentSetting.CAPTURE_PROMISCUOUS);
        return new LiveSettings(device, ports, tunnels(), buffer, promiscuous);
    }

    private DnstapSettings dnstap() {
        DnstapSettings dnstap = dnstapTexts();
        if (dnstap.lacksCertificate()) {
            throw new ConfigurationException(
                    "tls: sockets for dnstap need %s and %s"
                            .formatted(
                                    AgentSetting.DNSTAP_TLS_CERTIFICATE.key(),
                                    AgentSetting.DNSTAP_TLS_KEY.key()));
        }
        return dnstap;
    }

    private DnstapAddress dnstapAddress(String text) {
        try {
            return DnstapAddress.of(text);
        } catch (IllegalArgumentException e) {
            throw TypedValues.wrong(
                    AgentSetting.DNSTAP,
                    text,
                    "unix:/path, tcp:address:port or tls:address:port, the address in numbers");
        }
    }

    private DnstapSettings dnstapTexts() {
        return new DnstapSettings(
                values.list(AgentSetting.DNSTAP).stream().map(this::dnstapAddress).toList(),
                values.list(AgentSetting.DNSTAP_FILE),
                values.truth(AgentSetting.DNSTAP_IDENTITY),
                values.path(AgentSetting.DNSTAP_TLS_CERTIFICATE),
                values.path(AgentSetting.DNSTAP_TLS_KEY),
                values.path(AgentSetting.DNSTAP_TLS_CLIENT_AUTHORITY));
    }

    private DecoderSettings decoder(Set<Integer> ports) {
        return new DecoderSettings(
                ports,
                tunnels(),
                values.networks(AgentSetting.PROXY_FROM),
                values.mebibytes(AgentSetting.REASSEMBLY_MIB, MAX_BUFFER_MIB),
                values.micros(AgentSetting.FRAGMENT_TIMEOUT),
                values.micros(AgentSetting.TCP_IDLE));
    }

    /** On an interface they are asked for: the kernel then hands over all tunnels there are. */
    private boolean tunnels() {
        return values.has(AgentSetting.TUNNELS)
                ? values.truth(AgentSetting.TUNNELS)
                : !values.has(AgentSetting.INTERFACE);
    }

    private FilterSettings filter() {
        return new FilterSettings(
                zones(AgentSetting.FILTER_ZONE),
                zones(AgentSetting.FILTER_ZONE_EXCLUDE),
                numbers(AgentSetting.FILTER_TYPE, Mnemonics::typeNumber),
                numbers(AgentSetting.FILTER_TYPE_EXCLUDE, Mnemonics::typeNumber),
                numbers(AgentSetting.FILTER_RCODE, Mnemonics::rcodeNumber),
                numbers(AgentSetting.FILTER_RCODE_EXCLUDE, Mnemonics::rcodeNumber),
                values.networks(AgentSetting.FILTER_CLIENT),
                values.networks(AgentSetting.FILTER_CLIENT_EXCLUDE));
    }

    /** Names as questions have them: lower case, no final dot, the root a dot. */
    private Set<String> zones(AgentSetting setting) {
        Set<String> zones = new HashSet<>();
        for (String text : values.list(setting)) {
            String zone = text.toLowerCase(Locale.ROOT);
            zones.add(
                    zone.length() > 1 && zone.endsWith(".")
                            ? zone.substring(0, zone.length() - 1)
                            : zone);
        }
        return zones;
    }

    private Set<Integer> numbers(AgentSetting setting, ToIntFunction<String> number) {
        Set<Integer> numbers = new HashSet<>();
        for (String text : values.list(setting)) {
            int found = number.applyAsInt(text);
            if (found < 0) {
                throw TypedValues.wrong(setting, text, "names of DNS, such as AAAA or NXDOMAIN");
            }
            numbers.add(found);
        }
        return numbers;
    }

    private PrivacySettings privacy() {
        return new PrivacySettings(
                values.choice(AgentSetting.PRIVACY_ADDRESS, PrivacySettings.Addresses.class),
                values.number(AgentSetting.PRIVACY_IPV4_PREFIX, 0, 32),
                values.number(AgentSetting.PRIVACY_IPV6_PREFIX, 0, 128),
                values.truth(AgentSetting.PRIVACY_HASH_LABELS),
                values.path(AgentSetting.PRIVACY_KEY_FILE),
                values.paths(AgentSetting.PRIVACY_GEOIP));
    }

    private LoadSettings load() {
        return new LoadSettings(
                values.number(AgentSetting.CAPTURE_THREADS, 1, 64),
                values.number(AgentSetting.SAMPLING_RATE, 1, 1 << 20),
                values.number(AgentSetting.MAX_CPU_PERCENT, 0, 100_000),
                values.size(AgentSetting.MAX_MEMORY));
    }

    private SpoolSettings spool() {
        return new SpoolSettings(
                values.mebibytes(AgentSetting.QUEUE_MIB, MAX_BUFFER_MIB),
                values.path(AgentSetting.SPOOL),
                (long) values.number(AgentSetting.SPOOL_MAX_MIB, 1, MAX_SPOOL_MIB) << 20);
    }

    private KafkaSettings kafka() {
        String schemaId = values.text(AgentSetting.SCHEMA_ID);
        return new KafkaSettings(
                values.text(AgentSetting.BOOTSTRAP),
                values.text(AgentSetting.TOPIC),
                values.text(AgentSetting.REGISTRY),
                schemaId.isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(
                                values.number(AgentSetting.SCHEMA_ID, 0, Integer.MAX_VALUE)),
                values.path(AgentSetting.SCHEMA_CACHE),
                values.text(AgentSetting.VALUE_SERIALIZER),
                texts.passedThrough());
    }

    /** A run over files alone serves nothing, unless it is asked to. */
    private StatusSettings status() {
        String text = values.text(AgentSetting.HTTP);
        boolean files = values.has(AgentSetting.PCAP) || values.has(AgentSetting.DNSTAP_FILE);
        if (text.equals("off") || (files && !texts.has(AgentSetting.HTTP))) {
            return StatusSettings.OFF;
        }
        try {
            return StatusSettings.of(text);
        } catch (IllegalArgumentException e) {
            throw TypedValues.wrong(
                    AgentSetting.HTTP, text, "address:port such as 127.0.0.1:9154, or off");
        }
    }

    private Set<Integer> ports() {
        Set<Integer> ports = new HashSet<>();
        for (String text : values.list(AgentSetting.PORT)) {
            ports.add(TypedValues.number(AgentSetting.PORT, text, 1, 65535));
        }
        return ports;
    }

    private String node() {
        String node = values.text(AgentSetting.NODE);
        return named(AgentSetting.NODE, node.isEmpty() ? hostName() : node);
    }

    private String site() {
        String site = values.text(AgentSetting.SITE);
        return site.isEmpty() ? site : named(AgentSetting.SITE, site);
    }

    /** Names go into transaction keys, which limit them. */
    private static String named(AgentSetting setting, String name) {
        try {
            TransactionKey.nodeBytes(name);
            return name;
        } catch (IllegalArgumentException e) {
            throw TypedValues.wrong(setting, name, "a name of 1 to 255 bytes");
        }
    }

    /** Without asking a name server, which might be the one that is watched. */
    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException notLinux) {
            return System.getenv().getOrDefault("HOSTNAME", "localhost");
        }
    }

    private Set<InetAddress> addresses() {
        Set<InetAddress> addresses = new HashSet<>();
        for (String text : values.list(AgentSetting.ADDRESS)) {
            try {
                addresses.add(InetAddress.ofLiteral(text));
            } catch (IllegalArgumentException e) {
                throw TypedValues.wrong(AgentSetting.ADDRESS, text, "IPv4 or IPv6 addresses");
            }
        }
        return addresses;
    }
}
