package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.cluster.node.MoveDesk;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft cluster move}: brings a session to another site. */
@Command(
    name = "move",
    description = {
      "Brings a session to another site, where it goes on; its name stays.",
      "Nothing of it is lost: a move that fails leaves it where it is."
    },
    footer = {"", "Examples:", "  weft cluster move site-1/till-3 region --node 127.0.0.1:25521"})
final class ClusterMoveCommand implements Callable<Integer> {

  /** Four steps, each of which may wait for a session that starts again. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Console console;

  @Parameters(index = "0", paramLabel = "HOME/SESSION", description = "The session's name.")
  private String session = "";

  @Parameters(index = "1", paramLabel = "SITE", description = "Where it is to be.")
  private String site = "";

  @Option(
      names = "--node",
      required = true,
      paramLabel = "HOST:PORT",
      description = "The data link of any node that reaches both sites.")
  private String node = "";

  ClusterMoveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var answer =
        new NodeQuestion(node, PATIENCE).askObject(MoveDesk.KIND, MoveDesk.request(session, site));
    console.line(
        "session %s is at site %s now, on node %s"
            .formatted(session, answer.get("site"), answer.get("node")));
    return ExitCode.OK;
  }
}
