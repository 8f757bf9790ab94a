package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.link.certificate.CertificateFolder;
import dev.weft.link.certificate.Certified;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft certs show}: what a site's folder holds, and what of it ends soon. */
@Command(
    name = "show",
    description = {
      "Shows the CA, the nodes and the CAs that are believed, and how long they are good.",
      "Exit code 1 if one is over, or nobody believes a node any more."
    },
    footer = {"", "Example:", "  weft certs show --folder certs"})
final class CertsShowCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private CertsOptions options = new CertsOptions();

  CertsShowCommand(Console console) {
    this.console = console;
  }

  private record Row(String what, Certified certified, String note) {}

  @Override
  public Integer call() {
    var rows = rows(options.folder(), Instant.now());
    if (options.isJson()) {
      rows.forEach(row -> console.json(object(row)));
    } else {
      print(rows);
    }
    return rows.stream().allMatch(row -> row.note().isEmpty()) ? ExitCode.OK : ExitCode.FAILED;
  }

  private static List<Row> rows(CertificateFolder folder, Instant now) {
    var trusted = folder.trusted();
    var names = trusted.stream().map(Certified::name).toList();
    var rows = new ArrayList<Row>();
    var authority = folder.authorityCertificate();
    rows.add(row("ca", authority, names.contains(authority.name()), now));
    for (var node : folder.nodes()) {
      folder
          .node(node)
          .ifPresent(each -> rows.add(row("node", each, names.contains(each.issuer()), now)));
    }
    trusted.forEach(each -> rows.add(row("trust", each, true, now)));
    return rows;
  }

  private static Row row(String what, Certified each, boolean isBelieved, Instant now) {
    var note =
        each.until().isBefore(now) ? "is over" : isBelieved ? "" : "whose CA is not in trust.pem";
    return new Row(what, each, note);
  }

  private static Map<String, Object> object(Row row) {
    var object = new LinkedHashMap<>(CertsOptions.object(row.what(), row.certified()));
    object.put("note", row.note());
    return object;
  }

  private void print(List<Row> rows) {
    var now = Instant.now();
    var head = List.of("what", "name", "days left", "vouched for by", "sha256", "");
    console.table(head, rows.stream().map(row -> cells(row, now)).toList());
  }

  private static List<String> cells(Row row, Instant now) {
    var each = row.certified();
    return List.of(
        row.what(),
        each.name(),
        String.valueOf(Duration.between(now, each.until()).toDays()),
        each.issuer(),
        CertsOptions.fingerprint(each),
        row.note());
  }
}
