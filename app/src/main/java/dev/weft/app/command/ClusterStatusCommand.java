package dev.weft.app.command;

import dev.weft.app.cluster.StatusTable;
import dev.weft.app.console.Console;
import dev.weft.cluster.node.StatusDesk;
import dev.weft.fabric.json.Json;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft cluster status}: what one node sees of its cluster. */
@Command(
    name = "status",
    description = {
      "Shows what one node sees of its cluster: members, what each runs, how hard it is pressed.",
      "The node is asked over its data link; with certificates, as weft.link.tls names them."
    },
    footer = {"", "Examples:", "  weft cluster status 127.0.0.1:25521"})
final class ClusterStatusCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Console console;

  @Parameters(paramLabel = "HOST:PORT", description = "The data link of a node.")
  private String node = "";

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  ClusterStatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var text = new NodeQuestion(node, PATIENCE).ask(StatusDesk.KIND, new byte[0]);
    if (isJson) {
      console.line(text);
    } else {
      var table = new StatusTable(Json.readObject(text));
      console.table(StatusTable.head(), table.rows());
      console.line(table.caption());
      table.moves().forEach(console::line);
    }
    return ExitCode.OK;
  }
}
