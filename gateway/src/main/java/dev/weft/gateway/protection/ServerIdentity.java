package dev.weft.gateway.protection;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** By what a server proves who it is, and whom it takes for a client: the content of its files. */
final class ServerIdentity {

  private static final char[] NO_PASSWORD = new char[0];

  private ServerIdentity() {}

  /**
   * Reads files into a context that knows no other.
   *
   * @throws ProtectionException with the file that cannot be used, and why
   */
  static SSLContext read(TlsFiles files, Instant now) {
    var chain = PemFile.certificates(files.certificate());
    var own = chain.getFirst();
    requireValid(files, own, now);
    var key = PemFile.key(files.key(), own.getPublicKey().getAlgorithm());
    if (!isPair(key, own.getPublicKey())) {
      throw new ProtectionException(
          "%s: of another certificate (expected: the key of the first one in %s)"
              .formatted(files.key(), files.certificate()));
    }
    try {
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      var store = store();
      store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
      keys.init(store, NO_PASSWORD);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trusted(files), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ProtectionException(
          "%s: %s (expected: a chain and its key)".formatted(files.certificate(), e.getMessage()),
          e);
    }
  }

  private static void requireValid(TlsFiles files, X509Certificate own, Instant now) {
    try {
      own.checkValidity(Date.from(now));
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      throw new ProtectionException(
          "%s: good from %s to %s (expected: now)"
              .formatted(
                  files.certificate(),
                  own.getNotBefore().toInstant(),
                  own.getNotAfter().toInstant()),
          e);
    }
  }

  private static TrustManager[] trusted(TlsFiles files)
      throws GeneralSecurityException, IOException {
    var authorities =
        files.clientCa().map(PemFile::certificates).orElseGet(List::<X509Certificate>of);
    if (authorities.isEmpty()) {
      return new TrustManager[0];
    }
    var store = store();
    for (var authority : authorities) {
      store.setCertificateEntry("ca-" + store.size(), authority);
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust.getTrustManagers();
  }

  private static KeyStore store() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  /** Whether what one signs the other proves. */
  private static boolean isPair(PrivateKey key, PublicKey publicKey) {
    var algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> publicKey.getAlgorithm();
        };
    try {
      var signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update((byte) 1);
      var proving = Signature.getInstance(algorithm);
      proving.initVerify(publicKey);
      proving.update((byte) 1);
      return proving.verify(signing.sign());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
