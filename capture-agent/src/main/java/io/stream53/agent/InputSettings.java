package io.stream53.agent;

import io.stream53.agent.dnstap.DnstapSettings;
import io.stream53.agent.source.LiveSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to read: one of files, a folder, an interface and dnstap.
 *
 * @param pcap files to read in this order, {@code -} is standard input
 * @param folder watched for capture files that are complete
 * @param folderDone where files of the folder are moved to when they were read; null: they stay
 * @param folderSettle how long a file of the folder must be unchanged to be taken for complete
 * @param live the interface to capture on
 * @param source how to capture
 * @param duration after which a live capture ends; null: when it is told to
 * @param dnstap where dnstap comes from
 */
public record InputSettings(
        List<String> pcap,
        @Nullable Path folder,
        @Nullable Path folderDone,
        Duration folderSettle,
        @Nullable LiveSettings live,
        LiveSource source,
        @Nullable Duration duration,
        DnstapSettings dnstap) {
    public InputSettings {
        pcap = List.copyOf(pcap);
    }

    /** What is read stays where it is until it is asked for: files. Packets and dnstap do not. */
    boolean mayWait() {
        return live == null && dnstap.listen().isEmpty();
    }
}
