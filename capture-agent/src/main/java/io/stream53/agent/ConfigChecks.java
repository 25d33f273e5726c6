package io.stream53.agent;

import io.stream53.agent.privacy.Privacy;
import io.stream53.agent.privacy.PrivacySettings;
import io.stream53.agent.source.LiveSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a configuration although each value is right by itself: settings that
 * contradict each other, and files that are not there. Each fault is one sentence. Captures
 * nothing, and connects to nobody.
 */
final class ConfigChecks {
    private final AgentConfig config;
    private final List<String> problems = new ArrayList<>();

    private ConfigChecks(AgentConfig config) {
        this.config = config;
    }

    /** Every fault; empty when the configuration is right. */
    static List<String> problems(AgentConfig config) {
        ConfigChecks checks = new ConfigChecks(config);
        checks.problems.addAll(InputFiles.problems(config.input().pcap()));
        checks.problems.addAll(InputFiles.problems(config.input().dnstap().files()));
        checks.all();
        return checks.problems;
    }

    /**
     * Faults of a configuration that is read again while the agent runs: the files to read may be
     * read and gone by now, and cannot be exchanged.
     */
    static List<String> problemsOfReload(AgentConfig config) {
        ConfigChecks checks = new ConfigChecks(config);
        checks.all();
        return checks.problems;
    }

    private void all() {
        input();
        capture();
        files();
        writable();
        kafka();
        privacy();
    }

    private void input() {
        InputSettings input = config.input();
        long inputs =
                Stream.of(
                                !input.pcap().isEmpty(),
                                input.folder() != null,
                                input.live() != null,
                                !input.dnstap().listen().isEmpty(),
                                !input.dnstap().files().isEmpty())
                        .filter(given -> given)
                        .count();
        if (inputs != 1) {
            problems.add(
                    "say what to read: either --pcap FILE (repeatable), --folder FOLDER, --dnstap"
                            + " SOCKET, --dnstap-file FILE or --interface NAME");
        }
        boolean live = input.live() != null || !input.dnstap().listen().isEmpty();
        if (input.duration() != null && !live) {
            problems.add("--duration goes with --interface or --dnstap, not with files");
        }
        if (input.folderDone() != null && input.folder() == null) {
            problems.add("--folder-done goes with --folder");
        }
    }

    private void capture() {
        LiveSettings live = config.input().live();
        int threads = config.load().captureThreads();
        if (threads > 1 && live == null) {
            problems.add("capture.threads share the packets of an interface: give --interface");
        }
        if (threads > 1 && config.input().source() != LiveSource.LIBPCAP) {
            problems.add("several capture.threads need source libpcap");
        }
    }

    private void files() {
        readable("dnstap.tls.certificate", config.input().dnstap().certificate());
        readable("dnstap.tls.key", config.input().dnstap().key());
        readable("dnstap.tls.client.authority", config.input().dnstap().clientAuthority());
        readable("privacy.key.file", config.privacy().keyFile());
        config.privacy().geoip().forEach(file -> readable("privacy.geoip", file));
        for (String key : List.of("ssl.keystore.location", "ssl.truststore.location")) {
            String file = config.kafka().overrides().get(key);
            readable("kafka." + key, file == null || file.isEmpty() ? null : Path.of(file));
        }
    }

    private void readable(String setting, @Nullable Path file) {
        if (file == null) {
            return;
        }
        if (!Files.exists(file)) {
            problems.add("%s names %s, which does not exist".formatted(setting, file));
        } else if (Files.isDirectory(file) || !Files.isReadable(file)) {
            problems.add("%s names %s, which cannot be read".formatted(setting, file));
        }
    }

    private void writable() {
        folder("folder", config.input().folder(), false);
        folder("folder.done", config.input().folderDone(), false);
        folder("spool", config.spool().folder(), true);
        folder("schema.cache", config.kafka().schemaCache(), true);
        Path ledger = config.ledger();
        if (ledger != null) {
            folder("the folder of ledger", ledger.toAbsolutePath().getParent(), false);
        }
    }

    /** A folder that may still have to be made needs a place where that is possible. */
    private void folder(String setting, @Nullable Path folder, boolean isMade) {
        if (folder == null) {
            return;
        }
        Path there = folder.toAbsolutePath();
        while (isMade && there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            problems.add("%s, %s, is no folder".formatted(setting, folder));
        } else if (!Files.isWritable(there)) {
            problems.add("%s, %s, cannot be written to".formatted(setting, folder));
        }
    }

    private void kafka() {
        problems.addAll(config.kafka().problems(config.spool().folder() != null));
    }

    private void privacy() {
        List<String> contradictions =
                PrivacySettings.contradictions(config.privacy(), config.filter(), config.carry());
        problems.addAll(contradictions);
        if (contradictions.isEmpty()) {
            try {
                var _ = Privacy.open(config.privacy());
            } catch (IOException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
    }
}
