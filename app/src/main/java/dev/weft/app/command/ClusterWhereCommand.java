package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.cluster.node.MoveDesk;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft cluster where}: on which node a session lives. */
@Command(
    name = "where",
    description = "Says on which node of which site a session lives.",
    footer = {"", "Examples:", "  weft cluster where site-1/till-3 --node 127.0.0.1:25521"})
final class ClusterWhereCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Console console;

  @Parameters(index = "0", paramLabel = "HOME/SESSION", description = "The session's name.")
  private String session = "";

  @Option(
      names = "--node",
      required = true,
      paramLabel = "HOST:PORT",
      description = "The data link of any node that reaches the session's site.")
  private String node = "";

  ClusterWhereCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var answer = new NodeQuestion(node, PATIENCE).askObject(MoveDesk.KIND, MoveDesk.where(session));
    console.line("session %s lives on node %s".formatted(session, answer.get("node")));
    return ExitCode.OK;
  }
}
