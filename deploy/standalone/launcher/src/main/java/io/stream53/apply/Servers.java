package io.stream53.apply;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where to apply; null for a server that is not there.
 *
 * @param engine several addresses of one cluster
 */
public record Servers(
        @Nullable Server engine,
        @Nullable Server registry,
        @Nullable Server connect,
        @Nullable Server dashboards)
        implements AutoCloseable {
    private static final String ENGINE = "ELASTICSEARCH";
    private static final String DASHBOARDS = "DASHBOARDS";
    static final Set<String> HAVE_API_KEYS = Set.of(ENGINE, DASHBOARDS);

    /**
     * Addresses, with credentials from the environment: {@code ELASTICSEARCH_USERNAME} and so on,
     * {@code SCHEMA_REGISTRY_}, {@code CONNECT_} and {@code DASHBOARDS_}; the dashboards' are the
     * engine's unless set.
     *
     * @param ca file with certificates to trust; null for the JVM's
     */
    public static Servers of(
            List<String> engine,
            List<String> registry,
            @Nullable String connect,
            @Nullable String dashboards,
            @Nullable Path ca,
            Map<String, String> environment) {
        SSLContext tls = ca == null ? null : Trust.in(ca);
        Credentials own = Credentials.of(ENGINE, environment);
        return new Servers(
                server("--url", engine, own, tls),
                server("--registry", registry, Credentials.of("SCHEMA_REGISTRY", environment), tls),
                server("--connect", list(connect), Credentials.of("CONNECT", environment), tls),
                server(
                        "--dashboards",
                        list(dashboards),
                        Credentials.of(DASHBOARDS, environment).or(own),
                        tls));
    }

    private static List<String> list(@Nullable String one) {
        return one == null ? List.of() : List.of(one);
    }

    private static @Nullable Server server(
            String option,
            List<String> addresses,
            Credentials credentials,
            @Nullable SSLContext tls) {
        return addresses.isEmpty() ? null : new Server(option, addresses, credentials, tls);
    }

    @Override
    public void close() {
        for (Server server : new Server[] {engine, registry, connect, dashboards}) {
            if (server != null) {
                server.close();
            }
        }
    }
}
