package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import dev.weft.app.tracing.RecordedTrace;
import dev.weft.app.tracing.Replaying;
import dev.weft.app.tracing.StateChecking;
import dev.weft.app.tracing.TraceFolder;
import dev.weft.fabric.replay.ReplayMode;
import dev.weft.fabric.replay.ReplayReport;
import dev.weft.fabric.replay.StateCheck;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft replay}: recorded frames once more. */
@Command(
    name = "replay",
    description = {
      "Runs the frames of a trace again and tells what came out differently.",
      "Under an equal fingerprint (models, options, runtime, processor) every byte must be as"
          + " recorded; otherwise it is told how close each output came. Done (0) if what had to"
          + " be equal was."
    },
    footer = {
      "",
      "Examples:",
      "  weft replay demo-20260601-120000",
      "  weft replay /var/lib/weft/frames --session visitor-1",
      "  weft replay frames.trace --redecide --manifests examples/kiosk",
      "  weft replay frames.trace --variant minilm=int8 --json"
    })
final class ReplayCommand implements Callable<Integer> {

  private final Console console;
  private final Home home;

  @Parameters(
      paramLabel = "TRACE",
      description = "A trace file, an edge buffer's folder, or a name of 'weft trace ls'.")
  private String trace = "";

  @Option(
      names = "--faithful",
      description = "Tensors anew under the recorded decisions, in the recorded batches; default.")
  private boolean isFaithful;

  @Option(
      names = "--redecide",
      description =
          "Decides gates, splits and conditions anew, as the manifests are now; what load decided"
              + " stays.")
  private boolean isRedecided;

  @Option(
      names = "--variant",
      paramLabel = "STAGE=VARIANT",
      description = "Runs another variant of a stage, to see how far its outputs are off.")
  private Map<String, String> variants = new LinkedHashMap<>();

  @Option(
      names = "--manifests",
      paramLabel = "PATH",
      description = "Manifests of what was recorded. Default: where they were then.")
  private Optional<Path> manifests = Optional.empty();

  @Option(
      names = "--journal",
      paramLabel = "FOLDER",
      description =
          "Also rebuilds the sessions of the trace from their events in this journal, which no"
              + " process may have open, and holds the states in the trace's marks against them.")
  private Optional<Path> journal = Optional.empty();

  @Mixin private FrameOptions frames = new FrameOptions();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  ReplayCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    var mode = mode();
    var file = new TraceFolder(home.traces()).find(trace);
    Replaying.Outcome outcome;
    Optional<StateCheck.Report> states;
    try (var recorded = RecordedTrace.open(file);
        var progress = console.progress()) {
      states = journal.map(place -> StateChecking.of(recorded, frames.filter(), place));
      progress.bar(0, "loading");
      outcome =
          new Replaying(recorded, frames.filter(), mode, System::nanoTime).run(manifests, progress);
    }
    var isMet = states.map(report -> report.notMet().isEmpty()).orElse(true);
    var isRight = isRight(mode, outcome.report()) && isMet;
    if (isJson) {
      var object = object(outcome, isRight);
      states.ifPresent(report -> put(object, report));
      console.json(object);
    } else {
      states.ifPresent(this::print);
      print(outcome, isRight);
    }
    return isRight ? ExitCode.OK : ExitCode.FAILED;
  }

  private ReplayMode mode() {
    var modes = (isFaithful ? 1 : 0) + (isRedecided ? 1 : 0) + (variants.isEmpty() ? 0 : 1);
    if (modes > 1) {
      throw new WrongUse("--faithful, --redecide, --variant (expected: one of them)");
    }
    if (isRedecided) {
      return new ReplayMode.Redecide();
    }
    return variants.isEmpty() ? new ReplayMode.Faithful() : new ReplayMode.OtherVariants(variants);
  }

  /** A faithful replay must be exact where it can be; the others only estimate. */
  private static boolean isRight(ReplayMode mode, ReplayReport report) {
    if (report.replayed() == 0 || report.lost().damages() > 0) {
      return false;
    }
    return switch (mode) {
      case ReplayMode.Faithful _ -> report.isExact() || !report.mustBeExact();
      case ReplayMode.Redecide _, ReplayMode.OtherVariants _, ReplayMode.Beside _ -> true;
    };
  }

  private void print(Replaying.Outcome outcome, boolean isRight) {
    var report = outcome.report();
    outcome.notes().forEach(note -> console.note("weft: " + note));
    console.line(
        Amount.format(
            "frames   %d, replayed %d in %.1f s (%.0f/s)",
            report.frames(),
            report.replayed(),
            outcome.seconds(),
            report.replayed() / Math.max(outcome.seconds(), 1e-3)));
    report
        .notReplayed()
        .forEach((why, count) -> console.line("         %d not: %s".formatted(count, why)));
    lost(report.lost());
    console.line(
        "runs     %d of %d gave the bytes recorded".formatted(report.equalRuns(), report.runs()));
    if (report.incompleteBatches() > 0) {
      console.line(
          "batches  %d could not be rebuilt: frames of them are not in the trace"
              .formatted(report.incompleteBatches()));
    }
    if (report.fingerprints().isEmpty()) {
      console.line("here     as where it was recorded");
    } else {
      report.fingerprints().forEach(each -> console.line("differs  " + each));
    }
    report
        .first()
        .ifPresent(
            first ->
                console.line(
                    "first    frame %d of '%s', step '%s' (%s): %s"
                        .formatted(
                            first.frame(),
                            first.pipeline(),
                            first.step(),
                            first.stage(),
                            first.what())));
    report
        .changed()
        .forEach((what, count) -> console.line("decided  %s (%d frames)".formatted(what, count)));
    printOutputs(report);
    console.line("");
    console.line(verdict(report, isRight));
  }

  private void print(StateCheck.Report states) {
    console.line(
        "sessions %s met, %d not met, %d that the journal does not reach"
            .formatted(
                Amount.count(states.met(), "state"), states.notMet().size(), states.unknown()));
    states.notMet().stream()
        .findFirst()
        .ifPresent(first -> console.line("         first " + first));
  }

  private static void put(Map<String, Object> object, StateCheck.Report states) {
    object.put("statesMet", states.met());
    object.put("statesUnknown", states.unknown());
    object.put("statesNotMet", states.notMet());
  }

  private void lost(ReplayReport.Lost lost) {
    if (lost.frames() > 0) {
      console.line("lost     %s not recorded".formatted(Amount.count(lost.frames(), "frame")));
    }
    if (lost.records() > 0) {
      console.line(
          "lost     %s that the buffer dropped or deleted: frames, and what they refer to"
              .formatted(Amount.count(lost.records(), "record")));
    }
    if (lost.unknown() > 0) {
      console.line(
          "lost     an unknown number of records, at %s"
              .formatted(Amount.count(lost.unknown(), "place")));
    }
    if (lost.damages() > 0) {
      console.line(
          "damaged  at %s, the first %s; what follows there was not read"
              .formatted(Amount.count(lost.damages(), "place"), lost.damaged().getFirst()));
    }
  }

  private void printOutputs(ReplayReport report) {
    if (!report.outputs().isEmpty()) {
      console.line("");
      console.table(
          List.of("output", "worst", "exact", "frames", "largest difference"),
          report.outputs().stream()
              .map(
                  each ->
                      List.of(
                          each.pipeline() + "." + each.output(),
                          each.worst().word(),
                          String.valueOf(each.exact()),
                          String.valueOf(each.frames()),
                          Amount.format("%.3g", each.largest())))
              .toList());
    }
  }

  private static String verdict(ReplayReport report, boolean isRight) {
    if (report.replayed() == 0) {
      return "nothing could be replayed";
    }
    if (report.lost().damages() > 0) {
      return (report.isExact() ? "what can be read is as recorded" : "not all is as recorded")
          + ", and the trace is damaged";
    }
    if (report.isExact()) {
      return report.isWhole()
          ? "every byte is as recorded"
          : "every byte of the %d frames replayed is as recorded; the others were not held against it"
              .formatted(report.replayed());
    }
    return isRight ? "not all is as recorded" : "NOT as recorded, though all that decides bits is";
  }

  private static Map<String, Object> object(Replaying.Outcome outcome, boolean isRight) {
    var report = outcome.report();
    var object = new LinkedHashMap<String, Object>();
    object.put("right", isRight);
    object.put("exact", report.isExact());
    object.put("whole", report.isWhole());
    object.put("frames", report.frames());
    object.put("replayed", report.replayed());
    object.put("notReplayed", report.notReplayed());
    object.put("lostFrames", report.lost().frames());
    object.put("lostRecords", report.lost().records());
    object.put("damages", report.lost().damages());
    object.put("damaged", report.lost().damaged());
    object.put("runs", report.runs());
    object.put("equalRuns", report.equalRuns());
    object.put("incompleteBatches", report.incompleteBatches());
    object.put("fingerprintDifferences", report.fingerprints());
    report
        .first()
        .ifPresent(
            first ->
                object.put(
                    "first",
                    Map.of(
                        "pipeline", first.pipeline(),
                        "epoch", first.epoch(),
                        "frame", first.frame(),
                        "step", first.step(),
                        "stage", first.stage(),
                        "what", first.what())));
    object.put("changed", report.changed());
    object.put(
        "outputs",
        report.outputs().stream()
            .map(
                each ->
                    Map.of(
                        "pipeline", each.pipeline(),
                        "output", each.output(),
                        "worst", each.worst().word(),
                        "frames", each.frames(),
                        "exact", each.exact(),
                        "largest", each.largest()))
            .toList());
    object.put("notes", outcome.notes());
    object.put("seconds", outcome.seconds());
    return object;
  }
}
