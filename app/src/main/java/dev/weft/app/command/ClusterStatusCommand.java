package dev.weft.app.command;

import com.typesafe.config.ConfigFactory;
import dev.weft.app.cluster.StatusTable;
import dev.weft.app.console.Console;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.cluster.node.StatusDesk;
import dev.weft.fabric.json.Json;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.IdentityException;
import dev.weft.link.identity.Security;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
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
    var text = ask();
    if (isJson) {
      console.line(text);
    } else {
      var table = new StatusTable(Json.readObject(text));
      console.table(StatusTable.head(), table.rows());
      console.line(table.caption());
    }
    return ExitCode.OK;
  }

  private String ask() {
    var config = ConfigFactory.load();
    try (var security = Security.from(config);
        var peers =
            new Peers("status", ExchangeSettings.from(config), security, new SecureRandom())) {
      var request = new Request(StatusDesk.KIND, 0, new byte[0], PATIENCE);
      return switch (peers.at(Address.of(node)).ask(request).join()) {
        case Answer.Done(var payload) -> new String(payload, StandardCharsets.UTF_8);
        case Answer.Refused(var reason, _, var detail) ->
            throw new WorkFailed(
                "%s: %s, %s (expected: the data link of a node that runs)"
                    .formatted(node, reason, detail));
      };
    } catch (IllegalArgumentException | IdentityException e) {
      throw new WrongUse(String.valueOf(e.getMessage()));
    }
  }
}
