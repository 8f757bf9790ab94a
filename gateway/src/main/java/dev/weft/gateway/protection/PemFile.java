package dev.weft.gateway.protection;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** A PEM file (RFC 7468) with certificates or a private key. */
final class PemFile {

  private static final int BYTES_MAX = 1 << 20;

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final Pattern ANY_LABEL = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");

  private PemFile() {}

  /**
   * The certificates of a file in order, at least one.
   *
   * @throws ProtectionException with the file, if there are none
   */
  static List<X509Certificate> certificates(Path file) {
    var bytes = bytes(file);
    try {
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes));
      if (!certificates.isEmpty()) {
        return certificates.stream().map(X509Certificate.class::cast).toList();
      }
    } catch (CertificateException e) {
      throw new ProtectionException(
          "%s: %s (expected: certificates in PEM)".formatted(file, e.getMessage()), e);
    }
    throw new ProtectionException("%s: none (expected: certificates in PEM)".formatted(file));
  }

  /**
   * The private key of a file.
   *
   * @param algorithm of the public key it belongs to
   * @throws ProtectionException with the file, if it is none of that kind
   */
  static PrivateKey key(Path file, String algorithm) {
    var text = new String(bytes(file), StandardCharsets.ISO_8859_1);
    var pem = PKCS8.matcher(text);
    if (!pem.find()) {
      var label = ANY_LABEL.matcher(text);
      throw new ProtectionException(
          "%s: %s (expected: PRIVATE KEY in PEM; openssl pkcs8 -topk8 -nocrypt makes one of others)"
              .formatted(file, label.find() ? label.group(1) : "no PEM"));
    }
    try {
      var content = Base64.getMimeDecoder().decode(pem.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new ProtectionException(
          "%s: %s (expected: a private key for %s, as the certificate)"
              .formatted(file, e.getMessage(), algorithm),
          e);
    }
  }

  private static byte[] bytes(Path file) {
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new ProtectionException(
            "%s: more bytes (expected: at most %d)".formatted(file, BYTES_MAX));
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new ProtectionException("%s: not there (expected: a PEM file)".formatted(file), e);
    } catch (IOException e) {
      throw new ProtectionException("%s: %s (expected: a readable file)".formatted(file, e), e);
    }
  }
}
