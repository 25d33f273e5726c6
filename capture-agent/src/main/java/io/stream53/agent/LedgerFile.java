package io.stream53.agent;

import io.stream53.ledger.AgentLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The ledger as a file of JSON; readers see the old one or the new one, never a part. */
final class LedgerFile {
    private LedgerFile() {}

    /** Names are plain words and need no escaping. */
    static String json(AgentLedger ledger) {
        String dropped =
                new TreeMap<>(ledger.dropped())
                        .entrySet().stream()
                                .map(
                                        (Map.Entry<String, Long> e) ->
                                                member(e.getKey(), e.getValue()))
                                .collect(Collectors.joining(","));
        return "{%s,%s,%s,%s,\"dropped\":{%s}}\n"
                .formatted(
                        member("frames", ledger.frames()),
                        member("ignored", ledger.ignored()),
                        member("captured", ledger.captured()),
                        member("published", ledger.published()),
                        dropped);
    }

    private static String member(String name, long value) {
        return "\"" + name + "\":" + value;
    }

    static void write(Path file, AgentLedger ledger) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(temporary, json(ledger));
        Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
