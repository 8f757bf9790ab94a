package dev.weft.gateway.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificates and keys are taken, and how it is told why others are not. */
class ServerIdentityTest {

  @TempDir private static Path folder = Path.of("");

  private static Certificates own = new Certificates(folder, folder, folder);

  @BeforeAll
  static void make() {
    own = Certificates.make(folder, "own");
  }

  @Test
  void keysOfEveryUsualKindAreTaken() {
    read(own.certificate(), own.key());
    var rsa = Certificates.make(folder, "rsa", "-keyalg", "RSA", "-keysize", "2048");
    read(rsa.certificate(), rsa.key());
    var edwards = Certificates.make(folder, "ed", "-keyalg", "Ed25519");
    read(edwards.certificate(), edwards.key());
  }

  @Test
  void aKeyOfAnotherCertificateIsRefusedWithBothFiles() {
    var other = Certificates.make(folder, "other");
    refused(other.key() + ": of another certificate", own.certificate(), other.key());
    refused(own.certificate().toString(), own.certificate(), other.key());
    var rsa = Certificates.make(folder, "other-rsa", "-keyalg", "RSA", "-keysize", "2048");
    refused("expected: a private key for EC", own.certificate(), rsa.key());
  }

  @Test
  void aCertificateThatIsOverOrEarlyIsRefusedWithItsTimes() {
    var files = new TlsFiles(own.certificate(), own.key(), Optional.empty());
    for (var at : List.of(Duration.ofDays(40), Duration.ofDays(-40))) {
      var problem =
          assertThrows(
              ProtectionException.class, () -> ServerIdentity.read(files, Instant.now().plus(at)));
      assertTrue(
          String.valueOf(problem.getMessage())
              .matches(".*own\\.pem: good from 20.*Z to 20.*Z \\(expected: now\\)"),
          problem.getMessage());
    }
  }

  @Test
  void whatIsNotThereOrNoPemIsRefusedWithItsFile() throws IOException {
    refused("none.pem: not there", folder.resolve("none.pem"), own.key());
    refused("none.key: not there", own.certificate(), folder.resolve("none.key"));
    refused(": java.io.IOException", folder, own.key());
    refused("own.pem: CERTIFICATE (expected: PRIVATE KEY", own.certificate(), own.certificate());
    refused("own.key: ", own.key(), own.key());
    refused("empty: ", Files.createFile(folder.resolve("empty")), own.key());
    refused("empty: no PEM", own.certificate(), folder.resolve("empty"));
    var old = Files.writeString(folder.resolve("old"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n");
    refused("old: RSA PRIVATE KEY (expected: PRIVATE KEY in PEM; openssl", own.certificate(), old);
    var broken =
        Files.writeString(
            folder.resolve("broken"),
            Files.readString(own.key()).replaceFirst("\n.{20}", "\nAAAA"));
    refused("broken: ", own.certificate(), broken);
    var files = new TlsFiles(own.certificate(), own.key(), Optional.of(folder.resolve("none.ca")));
    var problem =
        assertThrows(ProtectionException.class, () -> ServerIdentity.read(files, Instant.now()));
    assertTrue(String.valueOf(problem.getMessage()).contains("none.ca: not there"));
  }

  @Test
  void halfOfWhatTlsNeedsIsRefused() {
    var file = Optional.of(Path.of("f"));
    var none = Optional.<Path>empty();
    assertThrows(IllegalArgumentException.class, () -> TlsFiles.of(file, none, none));
    assertThrows(IllegalArgumentException.class, () -> TlsFiles.of(none, file, none));
    assertThrows(IllegalArgumentException.class, () -> TlsFiles.of(none, none, file));
    assertTrue(TlsFiles.of(none, none, none).isEmpty());
  }

  @Test
  void whatIsMissingForOtherMachinesIsNamed() {
    var open = new Exposure(false, false);
    assertEquals(Optional.empty(), open.refusal("127.0.0.1", true, false));
    assertEquals(Optional.empty(), open.refusal("0.0.0.0", false, true));
    assertEquals(Optional.empty(), new Exposure(true, true).refusal("0.0.0.0", false, false));
    assertEquals(
        "host: 0.0.0.0 is reached by other machines, without TLS (--tls-cert and --tls-key) and"
            + " accounts (--access) (expected: both, or a loopback address; to do so all the same:"
            + " --insecure-beyond-loopback)",
        open.refusal("0.0.0.0", false, false).orElse(""));
    assertTrue(
        new Exposure(true, false)
            .refusal("::", false, false)
            .orElse("")
            .contains("without accounts (--access) (expected"));
    assertTrue(new Exposure(false, true).refusal("::", false, false).isPresent());
  }

  private static void read(Path certificate, Path key) {
    var context =
        ServerIdentity.read(new TlsFiles(certificate, key, Optional.empty()), Instant.now());
    assertEquals("TLS", context.getProtocol());
  }

  private static void refused(String said, Path certificate, Path key) {
    var problem =
        assertThrows(
            ProtectionException.class,
            () ->
                ServerIdentity.read(
                    new TlsFiles(certificate, key, Optional.empty()), Instant.now()));
    assertTrue(String.valueOf(problem.getMessage()).contains(said), problem.getMessage());
  }
}
