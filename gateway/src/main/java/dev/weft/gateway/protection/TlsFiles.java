package dev.weft.gateway.protection;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PEM files that TLS needs.
 *
 * @param certificate the server's chain, its own certificate first
 * @param key of that certificate, PKCS #8 and not encrypted
 * @param clientCa who may vouch for clients; without, clients need no certificate
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientCa) {

  /**
   * The files, if there are any.
   *
   * @throws IllegalArgumentException if one is there without those it needs
   */
  public static Optional<TlsFiles> of(
      Optional<Path> certificate, Optional<Path> key, Optional<Path> clientCa) {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException(
          "TLS: a %s alone (expected: certificate and key)"
              .formatted(key.isPresent() ? "key" : "certificate"));
    }
    if (certificate.isEmpty() && clientCa.isPresent()) {
      throw new IllegalArgumentException(
          "TLS: a client CA alone (expected: certificate and key of the server, too)");
    }
    return certificate.map(chain -> new TlsFiles(chain, key.orElseThrow(), clientCa));
  }

  List<Path> all() {
    return Stream.concat(Stream.of(certificate, key), clientCa.stream()).toList();
  }
}
