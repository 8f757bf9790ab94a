package dev.weft.app.command;

import dev.weft.app.failure.WrongUse;
import dev.weft.gateway.protection.ProtectionSettings;
import dev.weft.gateway.protection.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What protects a server: TLS and accounts. */
final class ProtectionOptions {

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The certificate's chain in PEM, for TLS; default weft.gateway.tls.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its key in PEM: PKCS #8, not encrypted.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--client-ca",
      paramLabel = "FILE",
      description = "Who vouches for clients, in PEM: each needs a certificate then.")
  private Optional<Path> clientCa = Optional.empty();

  @Option(
      names = "--access",
      paramLabel = "FILE",
      description =
          "The accounts, who may do what; default weft.gateway.access. 'weft access key' makes"
              + " one.")
  private Optional<Path> access = Optional.empty();

  /**
   * @throws WrongUse if one option needs another
   */
  ProtectionSettings over(ProtectionSettings declared) {
    try {
      return declared.with(TlsFiles.of(certificate, key, clientCa), access);
    } catch (IllegalArgumentException e) {
      throw new WrongUse(
          "--tls-cert, --tls-key, --client-ca: %s".formatted(String.valueOf(e.getMessage())));
    }
  }
}
