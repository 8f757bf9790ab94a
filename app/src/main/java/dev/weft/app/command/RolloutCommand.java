package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.control.ControlRequest;
import dev.weft.app.control.ControlRequest.Rollout.Verb;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.home.Home;
import dev.weft.app.rollout.RolloutPrint;
import dev.weft.supervisor.evidence.EvidenceCheck;
import dev.weft.supervisor.evidence.EvidenceException;
import dev.weft.supervisor.evidence.EvidenceFiles;
import dev.weft.supervisor.evidence.EvidencePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft rollout}: changes the variant of a stage in a running process, on evidence. */
@Command(
    name = "rollout",
    description = {
      "Changes the variant that a stage runs, step by step and judged at each, in a process"
          + " started as 'weft run PIPELINE --repeat forever --rollouts FOLDER'."
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  weft rollout start minilm-int8.yaml",
      "  weft rollout status",
      "  weft rollout status minilm --watch",
      "  weft rollout pause minilm --reason 'market day'",
      "  weft rollout promote minilm --accept-risk 'tested in the lab'",
      "  weft rollout report FOLDER/evidence/minilm-1.jsonl --html minilm-1.html",
      "  weft rollout verify FOLDER/evidence"
    })
final class RolloutCommand implements Runnable {

  private static final long WATCH_EVERY_MILLIS = 1_000;

  private final Console console;
  private final Home home;

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Mixin private ControlOptions control = new ControlOptions();

  RolloutCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  @Command(description = "Starts the rollout that a manifest declares.")
  int start(
      @Parameters(
              paramLabel = "MANIFEST",
              description = "Its file; the stage with the candidate stands beside it.")
          Path manifest) {
    if (!Files.isRegularFile(manifest)) {
      throw new WorkFailed("%s: not there (expected: a rollout's manifest)".formatted(manifest));
    }
    var path = Optional.of(manifest.toAbsolutePath().toString());
    return change(new ControlRequest.Rollout(Verb.START, Optional.empty(), path));
  }

  @Command(description = "Tells how the rollouts of a stage stand, or of all that had one.")
  int status(
      @Parameters(arity = "0..1", paramLabel = "STAGE", description = "The stage.")
          Optional<String> stage,
      @Option(names = "--watch", description = "Goes on until the rollouts under way are over.")
          boolean watches)
      throws InterruptedException {
    var print = new RolloutPrint(console);
    while (true) {
      var answer = ask(new ControlRequest.Rollout(Verb.STATUS, stage, Optional.empty()));
      if (!control.isJson()) {
        print.status(answer, watches);
      }
      if (!watches || !RolloutPrint.isUnderWay(answer)) {
        return ExitCode.OK;
      }
      Thread.sleep(WATCH_EVERY_MILLIS);
    }
  }

  @Command(description = "Tells of the rollouts of a stage that are over.")
  int history(@Parameters(paramLabel = "STAGE", description = "The stage.") String stage) {
    var answer = ask(new ControlRequest.Rollout(Verb.STATUS, Optional.of(stage), Optional.empty()));
    if (!control.isJson()) {
      new RolloutPrint(console).history(answer);
    }
    return ExitCode.OK;
  }

  @Command(description = "Has a rollout stay at its present step.")
  int pause(
      @Parameters(paramLabel = "STAGE", description = "The stage.") String stage,
      @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept as evidence.")
          Optional<String> reason) {
    return change(new ControlRequest.Rollout(Verb.PAUSE, Optional.of(stage), reason));
  }

  @Command(description = "Has a paused rollout go on; its step gathers evidence anew.")
  int resume(@Parameters(paramLabel = "STAGE", description = "The stage.") String stage) {
    return change(new ControlRequest.Rollout(Verb.RESUME, Optional.of(stage), Optional.empty()));
  }

  @Command(description = "Takes the candidate back, also during the watch after a promotion.")
  int abort(
      @Parameters(paramLabel = "STAGE", description = "The stage.") String stage,
      @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept as evidence.")
          Optional<String> reason) {
    return change(new ControlRequest.Rollout(Verb.ABORT, Optional.of(stage), reason));
  }

  @Command(description = "Brings back what the last rollout replaced, though that is over.")
  int undo(
      @Parameters(paramLabel = "STAGE", description = "The stage.") String stage,
      @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept as evidence.")
          Optional<String> reason) {
    return change(new ControlRequest.Rollout(Verb.UNDO, Optional.of(stage), reason));
  }

  @Command(description = "Puts the candidate in place before all steps have passed.")
  int promote(
      @Parameters(paramLabel = "STAGE", description = "The stage.") String stage,
      @Option(
              names = "--accept-risk",
              paramLabel = "REASON",
              description = "Why that is right without the evidence; kept. Refused without it.")
          Optional<String> risk) {
    return change(new ControlRequest.Rollout(Verb.PROMOTE, Optional.of(stage), risk));
  }

  @Command(
      name = "lift-denial",
      description = "Lets candidates that crashed while they were loaded be tried again.")
  int liftDenial(
      @Parameters(paramLabel = "STAGE", description = "The stage.") String stage,
      @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why; kept.")
          String reason) {
    return change(new ControlRequest.Rollout(Verb.LIFT, Optional.of(stage), Optional.of(reason)));
  }

  @Command(description = "Checks an evidence file's chain and shows what is in it.")
  int report(
      @Parameters(paramLabel = "FILE", description = "An evidence file, STAGE-NUMBER.jsonl.")
          Path file,
      @Option(names = "--html", paramLabel = "PAGE", description = "Writes it as a page.")
          Optional<Path> page)
      throws IOException {
    try {
      var entries = EvidenceFiles.read(file);
      if (page.isPresent()) {
        Files.writeString(page.get(), new EvidencePage(entries).html());
      }
      if (control.isJson()) {
        console.line(EvidenceFiles.json(entries));
      } else {
        new RolloutPrint(console).evidence(entries);
        page.ifPresent(written -> console.line("page: " + written));
      }
      return ExitCode.OK;
    } catch (EvidenceException e) {
      throw new WorkFailed(String.valueOf(e.getMessage()), e);
    }
  }

  @Command(
      description = {
        "Checks that evidence is as it was written: each line, and that files which others follow"
            + " on are there and unchanged.",
        "Names the first line that is not, its field and what was expected; exit code 1 then.",
        "Lines cut off the end of the newest file are not seen: hold the last hash against the"
            + " page."
      })
  int verify(
      @Parameters(
              paramLabel = "FILE",
              description = "An evidence file, or the folder that has all of them.")
          Path file) {
    try {
      var checks = EvidenceFiles.check(file);
      if (control.isJson()) {
        console.json(Map.of("files", checks.stream().map(EvidenceCheck::object).toList()));
      } else {
        checks.forEach(new RolloutPrint(console)::check);
      }
      return checks.stream().allMatch(EvidenceCheck::holds) ? ExitCode.OK : ExitCode.FAILED;
    } catch (EvidenceException e) {
      throw new WorkFailed(String.valueOf(e.getMessage()), e);
    }
  }

  private int change(ControlRequest request) {
    return control.change(home, console, request);
  }

  private Map<String, Object> ask(ControlRequest request) {
    return control.ask(home, console, request);
  }
}
