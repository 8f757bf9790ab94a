package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.control.ControlRequest;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import dev.weft.fabric.routing.FlagRule;
import dev.weft.gateway.flag.FlagObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft flag}: tells and sets the gates of a running process. */
@Command(
    name = "flag",
    description = {
      "Tells and sets the gates of the pipelines in a running 'weft serve' or 'weft run --repeat',"
          + " for the frames to come. A flag is named PIPELINE.GATE, or GATE where one pipeline"
          + " has it."
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  weft flag list",
      "  weft flag set rerank off --reason 'too slow today'",
      "  weft flag set kiosk.rerank 10%",
      "  weft flag clear rerank"
    })
final class FlagCommand implements Runnable {

  private final Console console;
  private final Home home;

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Mixin private ControlOptions control = new ControlOptions();

  FlagCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  @Command(description = "Tells how all flags stand.")
  int list() {
    var answer = ask(Optional.empty());
    if (!control.isJson()) {
      print((List<?>) answer.getOrDefault("flags", List.of()));
    }
    return ExitCode.OK;
  }

  @Command(description = "Tells how a flag stands.")
  int get(@Parameters(paramLabel = "NAME", description = "The flag.") String name) {
    var answer = ask(Optional.of(name));
    if (!control.isJson()) {
      print(List.of(answer));
    }
    return ExitCode.OK;
  }

  @Command(description = "Sets a flag: on, off, or on for a share of the keys it sticks by.")
  int set(
      @Parameters(paramLabel = "NAME", description = "The flag.") String name,
      @Parameters(paramLabel = "on|off|N%", description = "The rule, such as 10%%.") String rule,
      @Option(names = "--reason", paramLabel = "TEXT", description = "Why, which is kept with it.")
          Optional<String> reason) {
    if (FlagRule.of(rule).isEmpty()) {
      throw new WrongUse("rule: '%s' (expected: %s)".formatted(rule, FlagRule.EXPECTED));
    }
    return change(name, rule, reason);
  }

  @Command(description = "Sets a flag back to what its pipeline's manifest declares.")
  int clear(
      @Parameters(paramLabel = "NAME", description = "The flag.") String name,
      @Option(names = "--reason", paramLabel = "TEXT", description = "Why, which is kept with it.")
          Optional<String> reason) {
    return change(name, FlagObject.DECLARED, reason);
  }

  private int change(String name, String rule, Optional<String> reason) {
    return control.change(
        home, console, new ControlRequest.Flag(Optional.of(name), Optional.of(rule), reason));
  }

  private void print(List<?> flags) {
    if (flags.isEmpty()) {
      console.line("no flags: no pipeline here declares gates");
      return;
    }
    var rows = new ArrayList<List<String>>();
    for (var each : flags) {
      if (each instanceof Map<?, ?> flag) {
        rows.add(
            List.of(
                String.valueOf(flag.get("flag")),
                String.valueOf(flag.get("rule")),
                String.valueOf(flag.get("declared")),
                String.valueOf(flag.get("stickyBy")),
                setBy(flag)));
      }
    }
    console.table(List.of("flag", "rule", "declared", "sticky by", "set by"), rows);
  }

  private static String setBy(Map<?, ?> flag) {
    if (!flag.containsKey("by")) {
      return "";
    }
    var reason = String.valueOf(flag.get("reason"));
    return flag.get("by") + (reason.isEmpty() ? "" : ": " + reason);
  }

  private Map<String, Object> ask(Optional<String> name) {
    return control.ask(
        home, console, new ControlRequest.Flag(name, Optional.empty(), Optional.empty()));
  }
}
