package dev.weft.app.command;

import dev.weft.app.cluster.DrainText;
import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.cluster.moving.DrainDesk;
import dev.weft.cluster.site.SiteName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft cluster drain}: has all sessions of a site go to another one. */
@Command(
    name = "drain",
    description = {
      "Has all sessions that live at a site go to another one, until --undo, as before its boxes"
          + " are replaced. Sessions that may not be there stay and are named. With neither --to"
          + " nor --undo it tells how that stands.",
      "What is ordered is kept in the site's journal and goes on when its nodes are started anew."
    },
    footer = {
      "",
      "Examples:",
      "  weft cluster drain shop-1 --to region --node 127.0.0.1:25521",
      "  weft cluster drain shop-1 --node 127.0.0.1:25521",
      "  weft cluster drain shop-1 --undo --node 127.0.0.1:25521"
    })
final class ClusterDrainCommand implements Callable<Integer> {

  /** The node asks another one, and that one its journal. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Console console;

  @Parameters(paramLabel = "SITE", description = "The site that is to have no sessions.")
  private String site = "";

  @Option(names = "--to", paramLabel = "SITE", description = "Where they are to go.")
  private Optional<String> to = Optional.empty();

  @Option(names = "--undo", description = "Has them come home, and new ones stay.")
  private boolean isUndone;

  @Option(
      names = "--node",
      required = true,
      paramLabel = "HOST:PORT",
      description = "The data link of any node that reaches the site.")
  private String node = "";

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  ClusterDrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (isUndone && to.isPresent()) {
      throw new WrongUse("--to %s --undo (expected: one of them)".formatted(to.get()));
    }
    var drained = name("SITE", site);
    var question =
        isUndone
            ? DrainDesk.undo(drained)
            : to.map(text -> DrainDesk.start(drained, name("--to", text)))
                .orElseGet(() -> DrainDesk.status(drained));
    var answer = new NodeQuestion(node, PATIENCE).askObject(DrainDesk.KIND, question);
    if (isJson) {
      console.json(answer);
    } else {
      var text = new DrainText(answer);
      text.lines().forEach(console::line);
      if (!text.rows().isEmpty()) {
        console.table(DrainText.head(), text.rows());
      }
    }
    return ExitCode.OK;
  }

  private static SiteName name(String of, String text) {
    return SiteName.find(text)
        .orElseThrow(
            () ->
                new WrongUse(
                    "%s: '%s' (expected: a site: lower-case letters, digits and dashes)"
                        .formatted(of, text)));
  }
}
