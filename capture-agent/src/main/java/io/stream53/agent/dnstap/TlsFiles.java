package io.stream53.agent.dnstap;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS from PEM files, with the JDK alone. Every fault is one sentence that names the file. */
final class TlsFiles {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final char[] NO_PASSWORD = {};

    private TlsFiles() {}

    /**
     * What a server needs.
     *
     * @param authority the only one whose certificates clients may show; null: they need none
     */
    static SSLContext context(Path certificate, Path key, @Nullable Path authority)
            throws IOException {
        Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
        PrivateKey privateKey = privateKey(key, chain[0].getPublicKey());
        try {
            if (!belongTogether(privateKey, chain[0].getPublicKey())) {
                throw new IOException(
                        "the key in %s is not the one of the certificate in %s"
                                .formatted(key, certificate));
            }
            KeyStore own = emptyStore();
            own.setKeyEntry("agent", privateKey, NO_PASSWORD, chain);
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), authority == null ? null : trust(authority), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "TLS cannot be set up with %s and %s: %s".formatted(certificate, key, e), e);
        }
    }

    private static TrustManager[] trust(Path authority)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = emptyStore();
        int number = 0;
        for (Certificate certificate : certificates(authority)) {
            trusted.setCertificateEntry("authority-" + number++, certificate);
        }
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        return managers.getTrustManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        byte[] pem = read(file);
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    file + " holds a certificate that cannot be read: " + e.getMessage(), e);
        }
        throw new IOException(file + " holds no certificate; it must be a PEM file");
    }

    private static PrivateKey privateKey(Path file, PublicKey of) throws IOException {
        Matcher pem = PEM.matcher(new String(read(file), StandardCharsets.ISO_8859_1));
        String found = "";
        while (pem.find()) {
            found = pem.group(1);
            if (found.equals("PRIVATE KEY")) {
                return privateKey(file, pem.group(2), of.getAlgorithm());
            }
        }
        if (found.endsWith("PRIVATE KEY")) {
            throw new IOException(
                    "%s holds a key of the form \"%s\"; make it PKCS #8 with: openssl pkcs8 -topk8 -nocrypt -in %s"
                            .formatted(file, found, file));
        }
        throw new IOException(file + " holds no private key; it must be a PEM file");
    }

    private static PrivateKey privateKey(Path file, String base64, String algorithm)
            throws IOException {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "%s holds a key that cannot be read, or that is no %s key as the certificate has"
                            .formatted(file, algorithm),
                    e);
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified)
            throws GeneralSecurityException {
        String algorithm =
                switch (certified.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> certified.getAlgorithm();
                };
        byte[] text = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(text);
        return signature.verify(signed);
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: check its permissions", e);
        }
    }
}
