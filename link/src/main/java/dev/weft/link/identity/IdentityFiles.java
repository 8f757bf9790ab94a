package dev.weft.link.identity;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a node's identity lies, in PEM.
 *
 * @param certificate its own first, then those between it and a CA
 * @param key of the certificate, PKCS #8
 * @param trust certificates of the CAs of nodes that are believed
 */
public record IdentityFiles(Path certificate, Path key, Path trust) {

  /**
   * The settings {@code weft.link.tls}.
   *
   * @param config the whole
   * @return empty if none is set
   * @throws IllegalArgumentException if some are set and others not
   */
  public static Optional<IdentityFiles> from(Config config) {
    var tls = config.getConfig("weft.link.tls");
    return of(
        tls.getString("certificate"),
        tls.getString("key"),
        tls.getString("trust"),
        "weft.link.tls");
  }

  /**
   * Of three names, which may be empty.
   *
   * @param where they come from, for people
   * @throws IllegalArgumentException if some are empty and others not
   */
  public static Optional<IdentityFiles> of(
      String certificate, String key, String trust, String where) {
    if (certificate.isEmpty() && key.isEmpty() && trust.isEmpty()) {
      return Optional.empty();
    }
    if (certificate.isEmpty() || key.isEmpty() || trust.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: certificate '%s', key '%s', trust '%s' (expected: all three, or none)"
              .formatted(where, certificate, key, trust));
    }
    return Optional.of(new IdentityFiles(Path.of(certificate), Path.of(key), Path.of(trust)));
  }
}
