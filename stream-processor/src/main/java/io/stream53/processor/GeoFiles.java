package io.stream53.processor;

import io.stream53.processor.enrich.GeoLookup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The MMDB files of the settings, opened anew when they change. */
final class GeoFiles implements AutoCloseable {
    private static final long REFRESH_SECONDS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(GeoFiles.class);

    private final GeoLookup lookup;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("geoip-refresh").daemon().factory());

    private GeoFiles(GeoLookup lookup) {
        this.lookup = lookup;
    }

    /**
     * Opens the files.
     *
     * @throws ConfigurationException naming the file that cannot be used
     */
    static GeoFiles open(List<Path> paths) {
        try {
            GeoFiles files =
                    new GeoFiles(paths.isEmpty() ? GeoLookup.none() : GeoLookup.open(paths));
            var _ =
                    files.thread.scheduleWithFixedDelay(
                            files::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
            return files;
        } catch (IOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }

    /** What is thrown here would end the looking for ever, without a word. */
    private void refresh() {
        try {
            boolean _ = lookup.refresh();
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.warn(
                    "GeoIP files cannot be read anew ({}); the old ones stay in use.",
                    e.toString());
        }
    }

    GeoLookup lookup() {
        return lookup;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
