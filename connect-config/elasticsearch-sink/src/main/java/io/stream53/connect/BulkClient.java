package io.stream53.connect;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.Header;
import org.apache.http.HttpEntity;
import org.apache.http.HttpHost;
import org.apache.http.HttpStatus;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.conn.ssl.DefaultHostnameVerifier;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.impl.nio.client.HttpAsyncClientBuilder;
import org.apache.http.message.BasicHeader;
import org.apache.http.util.EntityUtils;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.apache.kafka.connect.errors.ConnectException;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RequestOptions;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends bulk requests with the low-level client, which suits Elasticsearch and OpenSearch alike.
 * Safe for use by several threads.
 */
final class BulkClient implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BulkClient.class);
    private static final int ACCESS_TIMEOUT_MS = 5_000;
    private static final String NEEDED =
            "errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by";

    private final RestClient client;
    private final String engine;
    private final String serverTimeout;

    BulkClient(SinkSettings settings) {
        client = connect(settings);
        engine = String.join(",", settings.hosts().stream().map(HttpHost::toURI).toList());
        // The engine gives up waiting for a shard before we give up waiting for its answer.
        serverTimeout = Math.max(1, settings.readTimeout().toMillis() / 2) + "ms";
    }

    /**
     * Sends operations in one request and waits for the answer.
     *
     * @throws ConnectException with one sentence, when sending again would not help
     */
    BulkAnswer send(List<Operation> operations) {
        Request request = new Request("POST", "/_bulk");
        request.addParameter("filter_path", NEEDED);
        request.addParameter("timeout", serverTimeout);
        request.setEntity(new BulkBody(operations));
        Response response;
        try {
            response = client.performRequest(request);
        } catch (ResponseException e) {
            response = e.getResponse();
        } catch (IOException e) {
            requireTrust(e);
            return new BulkAnswer.Unavailable(e.getClass().getSimpleName() + " " + e.getMessage());
        } catch (IllegalStateException e) {
            return new BulkAnswer.Unavailable("The client was closed.");
        } catch (RuntimeException e) {
            // The client's, of an answer that is no HTTP, such as one cut in the midst of a header.
            return new BulkAnswer.Unavailable("The answer cannot be read: " + reason(e));
        }
        return read(response, operations.size());
    }

    /**
     * Asks the engine for nothing but an answer. One that is away, or that keeps what it is to
     * itself (403), says nothing about the configuration.
     *
     * @throws ConnectException with one sentence, when it refuses the credentials or its
     *     certificate is not trusted
     */
    void requireAccess() {
        Request request = new Request("GET", "/");
        request.setOptions(
                RequestOptions.DEFAULT.toBuilder()
                        .setRequestConfig(
                                RequestConfig.custom()
                                        .setConnectTimeout(ACCESS_TIMEOUT_MS)
                                        .setSocketTimeout(ACCESS_TIMEOUT_MS)
                                        .build()));
        try {
            Response _ = client.performRequest(request);
        } catch (ResponseException e) {
            if (e.getResponse().getStatusLine().getStatusCode() == HttpStatus.SC_UNAUTHORIZED) {
                BulkAnswer _ = read(e.getResponse(), 0);
            }
        } catch (IOException e) {
            requireTrust(e);
        } catch (RuntimeException e) {
            log.debug("The engine at {} gives no answer that can be read.", engine, e);
        }
    }

    private static Throwable reason(RuntimeException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    private BulkAnswer read(Response response, int operations) {
        HttpEntity entity = response.getEntity();
        try {
            byte[] body = entity == null ? new byte[0] : EntityUtils.toByteArray(entity);
            int status = response.getStatusLine().getStatusCode();
            return BulkResponse.read(status, body, engine, operations);
        } catch (IOException e) {
            return new BulkAnswer.Unavailable("The answer was cut: " + e.getMessage());
        }
    }

    /** A certificate that is not trusted today is not trusted in a second either. */
    private void requireTrust(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException
                    || cause instanceof SSLPeerUnverifiedException) {
                throw new ConnectException(
                        "The certificate of the engine at "
                                + engine
                                + " is not trusted; check elastic.security.protocol and"
                                + " elastic.https.ssl.truststore.*: "
                                + cause.getMessage(),
                        failure);
            }
        }
    }

    /** A client of the engine with the sink's credentials, for whoever closes it. */
    static RestClient connect(SinkSettings settings) {
        RestClientBuilder builder =
                RestClient.builder(settings.hosts().toArray(HttpHost[]::new))
                        .setCompressionEnabled(settings.compression())
                        .setRequestConfigCallback(
                                request ->
                                        request.setConnectTimeout(
                                                        (int) settings.connectTimeout().toMillis())
                                                .setSocketTimeout(
                                                        (int) settings.readTimeout().toMillis()))
                        .setHttpClientConfigCallback(http -> secure(http, settings));
        if (!settings.pathPrefix().isEmpty()) {
            builder.setPathPrefix(settings.pathPrefix());
        }
        if (settings.authorization() != null) {
            builder.setDefaultHeaders(
                    new Header[] {new BasicHeader("Authorization", settings.authorization())});
        }
        return builder.build();
    }

    private static HttpAsyncClientBuilder secure(
            HttpAsyncClientBuilder http, SinkSettings settings) {
        http.setMaxConnPerRoute(settings.inFlight()).setMaxConnTotal(settings.inFlight());
        Map<String, Object> tls = settings.tls();
        if (tls == null) {
            return http;
        }
        // Kafka's own factory, so that elastic.https.ssl.* mean what ssl.* mean everywhere else.
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(SinkConfigDef.parseTls(tls));
            return http.setSSLContext(factory.sslContext()).setSSLHostnameVerifier(verifier(tls));
        }
    }

    private static HostnameVerifier verifier(Map<String, Object> tls) {
        @Nullable Object algorithm =
                tls.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
        return algorithm != null && algorithm.toString().isEmpty()
                ? NoopHostnameVerifier.INSTANCE
                : new DefaultHostnameVerifier();
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new ConnectException("The client could not be closed.", e);
        }
    }
}
