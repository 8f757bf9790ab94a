package dev.weft.app.command;

import dev.weft.app.console.Console;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft certs init}: makes a site's CA. */
@Command(
    name = "init",
    description = {
      "Makes a site's CA: ca.pem, ca.key, and trust.pem with the CAs that the site's nodes"
          + " believe.",
      "Whoever has ca.key can be any node of the site: keep it off the nodes."
    },
    footer = {"", "Example:", "  weft certs init --site berlin --folder certs"})
final class CertsInitCommand implements Callable<Integer> {

  static final int DAYS = 3_650;

  private final Console console;

  @Mixin private CertsOptions options = new CertsOptions();
  @Mixin private CertsTerms terms = new CertsTerms();

  @Option(
      names = "--site",
      required = true,
      paramLabel = "SITE",
      description = "The site: lower-case letters, digits and dashes.")
  private String site = "";

  CertsInitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var wanted = terms.terms(DAYS);
    var made = CertsOptions.checked(() -> options.folder().init(site, wanted, Instant.now()));
    if (options.isJson()) {
      console.json(CertsOptions.object("ca", made));
    } else {
      console.line(
          "%s: %s, good until %s, sha256 %s"
              .formatted(
                  made.file(),
                  made.name(),
                  CertsOptions.until(made),
                  CertsOptions.fingerprint(made)));
    }
    return ExitCode.OK;
  }
}
