package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.link.certificate.Certified;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft certs trust}: which CAs a site's nodes believe. */
@Command(
    name = "trust",
    description = {
      "Adds another site's CA to those that this site's nodes believe, or removes one.",
      "A CA is believed for nodes of the site in its name only. Compare its sha256 with what the"
          + " other site says of it."
    },
    footer = {
      "",
      "Examples:",
      "  weft certs trust paris-ca.pem --folder certs",
      "  weft certs trust --remove 3f9a0c11d2e4b5a6 --folder certs"
    })
final class CertsTrustCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private CertsOptions options = new CertsOptions();

  @Parameters(
      paramLabel = "CA.pem",
      arity = "0..1",
      description = "The other site's ca.pem, or its trust.pem while it rotates its CA.")
  private Optional<Path> other = Optional.empty();

  @Option(
      names = "--beside",
      description = "Even if the site has a CA here: both are believed then.")
  private boolean isBeside;

  @Option(
      names = "--remove",
      paramLabel = "SHA256",
      description = "Believes this one no more; the begin of its sha256 is enough.")
  private Optional<String> removed = Optional.empty();

  CertsTrustCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (other.isPresent() == removed.isPresent()) {
      throw new WrongUse("trust whom? (expected: a file, or --remove)");
    }
    var folder = options.folder();
    if (removed.isPresent()) {
      tell("removed", folder.distrust(removed.get()));
      return ExitCode.OK;
    }
    var added = folder.trust(other.orElseThrow(), isBeside);
    added.forEach(each -> tell("added", each));
    if (added.isEmpty() && !options.isJson()) {
      console.line("nothing new");
    }
    return ExitCode.OK;
  }

  private void tell(String what, Certified each) {
    if (options.isJson()) {
      console.json(CertsOptions.object(what, each));
    } else {
      console.line(
          "%s: %s, good until %s, sha256 %s"
              .formatted(what, each.name(), CertsOptions.until(each), each.fingerprint()));
    }
  }
}
