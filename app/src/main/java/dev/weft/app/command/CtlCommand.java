package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.control.ControlRequest;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code weft ctl}: changes a running {@code weft run} while its frames flow. */
@Command(
    name = "ctl",
    description = "Looks into a running 'weft run --repeat' and changes it while frames flow.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  weft ctl status",
      "  weft ctl gate second-look off",
      "  weft ctl split recognizer 90,10",
      "  weft ctl swap embed fp32",
      "  weft ctl swap read/b v4 --pid 4711",
      "  weft ctl stop"
    })
final class CtlCommand implements Runnable {

  private final Console console;
  private final Home home;

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Mixin private ControlOptions control = new ControlOptions();

  @Option(
      names = "--pipeline",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "Which pipeline, if it runs several.")
  private Optional<String> pipeline = Optional.empty();

  CtlCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  @Command(description = "Tells what runs: frames, gates, splits, variants.")
  int status() {
    var answer = ask(new ControlRequest.Status(pipeline));
    if (!control.isJson()) {
      new StatusPrint(console).print(answer);
    }
    return ExitCode.OK;
  }

  @Command(description = "Opens or closes a feature gate for the frames to come.")
  int gate(
      @Parameters(paramLabel = "NAME", description = "The gate.") String name,
      @Parameters(paramLabel = "on|off", description = "Its position.") String position) {
    return change(
        new ControlRequest.Gate(pipeline, name, RunOptions.isOn("gate " + name, position)));
  }

  @Command(description = "Sets the weights of an A/B split for the frames to come.")
  int split(
      @Parameters(paramLabel = "NAME", description = "The split.") String name,
      @Parameters(
              paramLabel = "WEIGHTS",
              description = "One whole number per arm in declared order, such as 90,10.")
          String weights) {
    if (!weights.matches("\\d{1,7}(,\\d{1,7})*")) {
      throw new WrongUse(
          "weights: '%s' (expected: whole numbers such as 90,10)".formatted(weights));
    }
    var numbers = Arrays.stream(weights.split(",", -1)).map(Integer::valueOf).toList();
    return change(new ControlRequest.Split(pipeline, name, numbers));
  }

  @Command(
      description = "Loads another variant beside the present one, switches, drains and unloads.")
  int swap(
      @Parameters(paramLabel = "STEP[/ARM]", description = "Where.") String place,
      @Parameters(paramLabel = "VARIANT", description = "The variant to run from now on.")
          String variant,
      @Option(
              names = "--accept-risk",
              paramLabel = "REASON",
              description =
                  "Why that is right without the evidence of a rollout, which is noted; needed"
                      + " where rollouts are on.")
          Optional<String> risk) {
    var parts = List.of(place.split("/", 2));
    var arm = parts.size() == 2 ? Optional.of(parts.getLast()) : Optional.<String>empty();
    return change(new ControlRequest.Swap(pipeline, parts.getFirst(), arm, variant, risk));
  }

  @Command(description = "Ends the run as Ctrl-C does, but with exit code 0 if all went well.")
  int stop() {
    return change(new ControlRequest.Stop(pipeline));
  }

  private int change(ControlRequest request) {
    return control.change(home, console, request);
  }

  private Map<String, Object> ask(ControlRequest request) {
    return control.ask(home, console, request);
  }
}
