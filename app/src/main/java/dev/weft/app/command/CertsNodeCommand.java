package dev.weft.app.command;

import dev.weft.app.console.Console;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft certs node}: makes the key and certificate of a node. */
@Command(
    name = "node",
    description = {
      "Makes the key and certificate of a node, which is called NAME.SITE: NAME.key and NAME.pem.",
      "These two and trust.pem are what the node needs."
    },
    footer = {
      "",
      "Example:",
      "  weft certs node region-1 --hosts region-1.example.org,10.0.0.7 --folder certs"
    })
final class CertsNodeCommand implements Callable<Integer> {

  static final int DAYS = 90;

  private final Console console;

  @Mixin private CertsOptions options = new CertsOptions();
  @Mixin private CertsTerms terms = new CertsTerms();

  @Parameters(
      paramLabel = "NAME",
      description = "The node, within its site: lower-case letters, digits and dashes.")
  private String name = "";

  @Option(
      names = "--hosts",
      paramLabel = "HOST",
      split = ",",
      description = "Names and addresses by which others reach it, beside NAME.SITE.")
  private List<String> hosts = List.of();

  CertsNodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var wanted = terms.terms(DAYS);
    var made = CertsOptions.checked(() -> options.folder().add(name, hosts, wanted, Instant.now()));
    if (options.isJson()) {
      console.json(CertsOptions.object("node", made));
    } else {
      console.line(
          "%s: %s, good until %s, vouched for by %s"
              .formatted(made.file(), made.name(), CertsOptions.until(made), made.issuer()));
    }
    return ExitCode.OK;
  }
}
