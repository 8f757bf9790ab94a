package dev.weft.app.command;

import dev.weft.link.certificate.CertificateFolder.Terms;
import dev.weft.link.certificate.KeyKind;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags that say how long something is good and of which kind its key is. */
final class CertsTerms {

  private static final int DAYS_MAX = 36_500;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How long it is good; default: 3650 for a CA, 90 for a node.")
  private Optional<Integer> days = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "KIND",
      description =
          "Of its key: ec (P-256) or rsa (3072 bits, for programs that read no other); default:"
              + " ec.")
  private KeyKind kind = KeyKind.EC;

  Terms terms(int daysByDefault) {
    return CertsOptions.checked(
        () -> {
          var wanted = days.orElse(daysByDefault);
          if (wanted > DAYS_MAX) {
            throw new IllegalArgumentException(
                "days: %d (expected: at most %d)".formatted(wanted, DAYS_MAX));
          }
          return new Terms(kind, Duration.ofDays(wanted));
        });
  }
}
