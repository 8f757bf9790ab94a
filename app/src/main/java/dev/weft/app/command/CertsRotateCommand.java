package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.link.certificate.Certified;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft certs rotate}: replaces keys and certificates by new ones. */
@Command(
    name = "rotate",
    description = {
      "Replaces the keys and certificates of nodes by new ones, for the same hosts; or the CA.",
      "After --ca, trust.pem holds both CAs: bring it to all nodes, here and at other sites, before"
          + " their certificates are rotated; then 'weft certs trust --remove' the old one."
    },
    footer = {
      "",
      "Examples:",
      "  weft certs rotate region-1 --folder certs",
      "  weft certs rotate --all --folder certs",
      "  weft certs rotate --ca --folder certs"
    })
final class CertsRotateCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private CertsOptions options = new CertsOptions();
  @Mixin private CertsTerms terms = new CertsTerms();

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "The nodes.")
  private List<String> names = List.of();

  @Option(names = "--all", description = "All nodes that have a certificate here.")
  private boolean isAll;

  @Option(names = "--ca", description = "The CA.")
  private boolean isAuthority;

  CertsRotateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var choices = (names.isEmpty() ? 0 : 1) + (isAll ? 1 : 0) + (isAuthority ? 1 : 0);
    if (choices != 1) {
      throw new WrongUse("nothing, or too much, to rotate (expected: names, --all or --ca)");
    }
    var folder = options.folder();
    var now = Instant.now();
    if (isAuthority) {
      var wanted = terms.terms(CertsInitCommand.DAYS);
      tell("ca", CertsOptions.checked(() -> folder.rotateAuthority(wanted, now)));
      return ExitCode.OK;
    }
    var wanted = terms.terms(CertsNodeCommand.DAYS);
    for (var name : isAll ? folder.nodes() : names) {
      tell("node", CertsOptions.checked(() -> folder.rotate(name, wanted, now)));
    }
    return ExitCode.OK;
  }

  private void tell(String what, Certified made) {
    if (options.isJson()) {
      console.json(CertsOptions.object(what, made));
    } else {
      console.line(
          "%s: %s, good until %s, vouched for by %s"
              .formatted(made.file(), made.name(), CertsOptions.until(made), made.issuer()));
    }
  }
}
