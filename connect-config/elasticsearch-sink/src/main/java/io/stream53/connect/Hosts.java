package io.stream53.connect;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.http.HttpHost;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where the engine listens.
 *
 * @param path prefix of every request, without a final slash; empty for none
 */
record Hosts(List<HttpHost> hosts, String path) {
    /** Reads {@code connection.url}; no scheme is http, no port 80 or 443. */
    static Hosts of(List<String> urls) {
        List<HttpHost> hosts = new ArrayList<>();
        String path = null;
        for (String url : urls) {
            URI uri = parse(url.contains("://") ? url : "http://" + url);
            hosts.add(host(uri));
            String prefix = uri.getPath() == null ? "" : uri.getPath().replaceAll("/+$", "");
            if (path != null && !path.equals(prefix)) {
                throw new ConfigException("All URLs in connection.url must have the same path.");
            }
            path = prefix;
        }
        if (path == null) {
            throw new ConfigException(
                    "connection.url is empty; set it to the engine's URL, such as"
                            + " http://127.0.0.1:9200.");
        }
        return new Hosts(List.copyOf(hosts), path);
    }

    private static URI parse(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new ConfigException("connection.url has " + url + ", which is not a URL.");
        }
    }

    private static HttpHost host(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new ConfigException(
                    "connection.url needs http:// or https:// and a host name in every URL.");
        }
        if (uri.getUserInfo() != null) {
            throw new ConfigException(
                    "connection.url must not hold credentials; use connection.username and"
                            + " connection.password.");
        }
        return new HttpHost(uri.getHost(), uri.getPort(), scheme);
    }
}
