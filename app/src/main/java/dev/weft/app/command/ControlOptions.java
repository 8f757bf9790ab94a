package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.control.ControlClient;
import dev.weft.app.control.ControlRequest;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which running process a command asks, and how its answer is printed. */
final class ControlOptions {

  @Option(
      names = "--pid",
      scope = ScopeType.INHERIT,
      paramLabel = "PID",
      description = "Which process, if several run.")
  private Optional<Long> pid = Optional.empty();

  @Option(
      names = "--control",
      scope = ScopeType.INHERIT,
      paramLabel = "PATH",
      description = "Its control socket, if it was started with one of its own.")
  private Optional<Path> socket = Optional.empty();

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Prints the answer as one JSON object.")
  private boolean isJson;

  /** Whether answers are printed as JSON, which {@link #ask} has done then. */
  boolean isJson() {
    return isJson;
  }

  Map<String, Object> ask(Home home, Console console, ControlRequest request) {
    if (pid.isPresent() && socket.isPresent()) {
      throw new WrongUse("--pid and --control (expected: one of them)");
    }
    var wanted = pid.map(OptionalLong::of).orElse(OptionalLong.empty());
    var answer =
        ControlClient.ask(
            socket.orElseGet(() -> ControlClient.find(home.controlSockets(), wanted)), request);
    if (isJson) {
      console.json(answer);
    }
    return answer;
  }

  /** Asks for a change, and tells what was done. */
  int change(Home home, Console console, ControlRequest request) {
    var answer = ask(home, console, request);
    if (!isJson) {
      console.line(String.valueOf(answer.get("done")));
    }
    return ExitCode.OK;
  }
}
