package dev.weft.link.certificate;

import dev.weft.link.identity.PeerName;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;

/**
 * What a certificate says.
 *
 * @param file where it lies
 * @param name {@code NODE.SITE}, or the CA's name
 * @param site empty if it names none
 * @param issuer the name of whoever vouches for it
 * @param fingerprint SHA-256 of the whole, in lower-case hex digits
 */
public record Certified(
    Path file,
    String name,
    String site,
    String issuer,
    Instant from,
    Instant until,
    String algorithm,
    String fingerprint) {

  static Certified of(Path file, X509Certificate certificate) {
    return new Certified(
        file,
        PeerName.of(certificate),
        PeerName.site(certificate).orElse(""),
        PeerName.issuer(certificate),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        certificate.getPublicKey().getAlgorithm(),
        fingerprint(certificate));
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }
}
