package io.stream53.apply;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificate authorities of the user's own. */
final class Trust {
    private Trust() {}

    /**
     * A context that trusts the certificates of a file, and no others.
     *
     * @param file PEM, one or more certificates
     */
    static SSLContext in(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            TrustManagerFactory managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            if (certificates.isEmpty()) {
                throw new GeneralSecurityException("no certificate");
            }
            return context;
        } catch (IOException e) {
            throw ApplyError.usage(
                    "--ca names %s, which cannot be read: check the path and its permissions."
                            .formatted(file));
        } catch (GeneralSecurityException e) {
            throw ApplyError.usage(
                    "--ca names %s, which holds no certificates in PEM.".formatted(file));
        }
    }
}
