package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.drift.DriftEstimate;
import dev.weft.app.home.Home;
import dev.weft.app.tracing.RecordedTrace;
import dev.weft.app.tracing.Replaying;
import dev.weft.app.tracing.TraceFolder;
import dev.weft.fabric.replay.ReplayMode;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.TensorFigures;
import dev.weft.supervisor.drift.PairedOutcomes;
import dev.weft.supervisor.drift.Proportion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.DoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft drift estimate}: what another variant would do to accuracy, from a trace. */
@Command(
    name = "estimate",
    description = {
      "Runs the recorded frames of a step on another variant beside the recorded one.",
      "Tells how far outputs lie off, and how accuracy changes, with a 95 % interval if frames are"
          + " of two sessions at least. Labels are lines 'session,number,label'; a label is the"
          + " answer's text or, for scores, the position of the largest, from 0. Without labels the"
          + " recorded variant's answers stand for the truth."
    },
    footer = {
      "",
      "Examples:",
      "  weft drift estimate --trace demo-20260601-120000 --step sentence --variant int8",
      "  weft drift estimate --trace frames.trace --step scores --variant int8 --labels truth.csv"
    })
final class DriftEstimateCommand implements Callable<Integer> {

  private static final double CONFIDENCE = 0.95;
  private static final double PERCENT = 100;

  private final Console console;
  private final Home home;

  @Option(
      names = "--trace",
      required = true,
      paramLabel = "TRACE",
      description = "A trace file, an edge buffer's folder, or a name of 'weft trace ls'.")
  private String trace = "";

  @Option(names = "--step", required = true, paramLabel = "STEP", description = "The step.")
  private String step = "";

  @Option(
      names = "--variant",
      required = true,
      paramLabel = "VARIANT",
      description = "The variant of its stage to run beside the recorded one.")
  private String variant = "";

  @Option(names = "--labels", paramLabel = "FILE", description = "What is true of frames.")
  private Optional<Path> labels = Optional.empty();

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "The step's output that labels speak of. Default: its first.")
  private Optional<String> output = Optional.empty();

  @Option(
      names = "--manifests",
      paramLabel = "PATH",
      description = "Manifests of what was recorded. Default: where they were then.")
  private Optional<Path> manifests = Optional.empty();

  @Mixin private FrameOptions frames = new FrameOptions();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  DriftEstimateCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    var estimate = new DriftEstimate(labels, output);
    var mode = new ReplayMode.Beside(step, variant, estimate);
    var file = new TraceFolder(home.traces()).find(trace);
    Replaying.Outcome outcome;
    try (var recorded = RecordedTrace.open(file);
        var progress = console.progress()) {
      progress.bar(0, "loading");
      outcome =
          new Replaying(recorded, frames.filter(), mode, System::nanoTime).run(manifests, progress);
    }
    if (isJson) {
      console.json(object(estimate, outcome));
    } else {
      print(estimate, outcome);
    }
    return estimate.outcomes().hasInterval() ? ExitCode.OK : ExitCode.FAILED;
  }

  private void print(DriftEstimate estimate, Replaying.Outcome outcome) {
    var report = outcome.report();
    var comparison = estimate.comparison();
    var outcomes = estimate.outcomes();
    outcome.notes().forEach(note -> console.note("weft: " + note));
    console.line(
        "frames     %d, replayed %d, compared %d"
            .formatted(report.frames(), report.replayed(), comparison.frames()));
    report
        .notReplayed()
        .forEach((why, count) -> console.line("           %d not: %s".formatted(count, why)));
    if (comparison.faulty() > 0) {
      console.line("faulty     %d, the first:".formatted(comparison.faulty()));
      comparison.faults().stream()
          .limit(3)
          .map(Fault::toString)
          .forEach(fault -> console.line("           " + fault));
    }
    console.line(
        estimate
            .labels()
            .map(
                count ->
                    "labels     %d, of which %d are of compared frames"
                        .formatted(count, outcomes.frames()))
            .orElse("labels     none: the recorded variant's answers stand for the truth"));
    estimate
        .unmetLabels()
        .ifPresent(
            unmet ->
                console.line(
                    "           %d of no compared frame, the first at %s"
                        .formatted(unmet.count(), unmet.first())));
    if (estimate.ambiguous() > 0) {
      console.line(
          "           %d frames of a later process left out, as their numbers came before"
              .formatted(estimate.ambiguous()));
    }
    printAccuracy(estimate);
    printOutputs(estimate);
  }

  private void printAccuracy(DriftEstimate estimate) {
    var outcomes = estimate.outcomes();
    if (outcomes.frames() == 0) {
      console.line("");
      console.line("no frame to judge by");
      return;
    }
    console.line(
        "output     '%s', %s, design effect %s"
            .formatted(
                estimate.output().orElse(""),
                Amount.count(outcomes.sessions(), "session"),
                Amount.format("%.2f", outcomes.designEffect())));
    console.line(
        outcomes.isStableTruth()
            ? "recorded   right by definition"
            : "recorded   right on " + share(outcomes.stable(CONFIDENCE)));
    console.line("candidate  right on " + share(outcomes.candidate(CONFIDENCE)));
    var change = outcomes.change(CONFIDENCE);
    console.line(
        Amount.format(
            "change     %s points (%s), %d frames differ in being right",
            points(change.estimate()),
            interval(change, DriftEstimateCommand::points),
            outcomes.discordant()));
    reservations(outcomes).forEach(note -> console.line("note       " + note));
  }

  /** What keeps the figures from saying more. */
  private static List<String> reservations(PairedOutcomes outcomes) {
    var notes = new ArrayList<String>();
    if (outcomes.isStableTruth()) {
      notes.add(
          "without labels the recorded variant is right by definition: no gain can be seen, the"
              + " change and its interval end at 0");
    }
    if (!outcomes.hasInterval()) {
      notes.add(
          "%s (expected: >= %d): how much sessions differ, nothing tells, so there is no interval"
              .formatted(
                  Amount.count(outcomes.sessions(), "session"), PairedOutcomes.SESSIONS_MIN));
    } else if (outcomes.effectiveSessions() < PairedOutcomes.SESSIONS_FEW) {
      notes.add(
          Amount.format(
              "%s, worth %.1f of equal size (expected: >= %d): the interval rests on few",
              Amount.count(outcomes.sessions(), "session"),
              outcomes.effectiveSessions(),
              PairedOutcomes.SESSIONS_FEW));
    }
    if (outcomes.alone() > 0) {
      notes.add(
          "%d frames belong to no session; each counts as one, however alike they are"
              .formatted(outcomes.alone()));
    }
    return notes;
  }

  private void printOutputs(DriftEstimate estimate) {
    var rows = new ArrayList<List<String>>();
    for (var tensor : estimate.comparison().tensors()) {
      tensor
          .distances()
          .forEach(
              (metric, sketch) ->
                  rows.add(
                      List.of(
                          tensor.tensor(),
                          metric.word(),
                          Amount.format("%.3g", sketch.mean()),
                          Amount.format("%.3g", sketch.quantile(0.99)),
                          Amount.format("%.3g", sketch.max()))));
      tensor
          .shares()
          .forEach(
              (metric, rate) ->
                  rows.add(
                      List.of(
                          tensor.tensor(),
                          metric.word(),
                          Amount.format("%.3g", rate.mean()),
                          "-",
                          "-")));
    }
    if (!rows.isEmpty()) {
      rows.sort((one, other) -> (one.get(0) + one.get(1)).compareTo(other.get(0) + other.get(1)));
      console.line("");
      console.table(List.of("output", "measure", "mean", "p99", "max"), rows);
    }
    var worst = estimate.comparison().worst();
    if (!worst.isEmpty()) {
      console.line("");
      worst.forEach(frame -> console.line("worst      " + frame));
    }
  }

  private static String share(Proportion share) {
    return "%s %% (%s)"
        .formatted(percent(share.estimate()), interval(share, DriftEstimateCommand::percent));
  }

  private static String interval(Proportion share, DoubleFunction<String> format) {
    return share
        .interval()
        .map(
            found ->
                "95 %%: %s to %s"
                    .formatted(format.apply(found.lower()), format.apply(found.upper())))
        .orElse("no interval");
  }

  private static String percent(double share) {
    return Amount.format("%.2f", share * PERCENT);
  }

  /** With a sign, unless it is none. */
  private static String points(double change) {
    return change == 0 ? percent(0) : Amount.format("%+.2f", change * PERCENT);
  }

  private Map<String, Object> object(DriftEstimate estimate, Replaying.Outcome outcome) {
    var report = outcome.report();
    var comparison = estimate.comparison();
    var outcomes = estimate.outcomes();
    var object = new LinkedHashMap<String, Object>();
    object.put("step", step);
    object.put("variant", variant);
    object.put("frames", report.frames());
    object.put("replayed", report.replayed());
    object.put("notReplayed", report.notReplayed());
    object.put("compared", comparison.frames());
    object.put("faulty", comparison.faulty());
    object.put("faults", comparison.faults().stream().map(Fault::toString).toList());
    object.put("pseudoLabels", estimate.labels().isEmpty());
    estimate.labels().ifPresent(count -> object.put("labels", count));
    estimate
        .unmetLabels()
        .ifPresent(
            unmet -> {
              object.put("unmetLabels", unmet.count());
              object.put("firstUnmetLabel", unmet.first());
            });
    object.put("judged", outcomes.frames());
    object.put("ambiguous", estimate.ambiguous());
    if (outcomes.frames() > 0) {
      object.put("output", estimate.output().orElse(""));
      object.put("sessions", outcomes.sessions());
      object.put("effectiveSessions", outcomes.effectiveSessions());
      object.put("hasInterval", outcomes.hasInterval());
      object.put("designEffect", outcomes.designEffect());
      object.put("recorded", object(outcomes.stable(CONFIDENCE)));
      object.put("candidate", object(outcomes.candidate(CONFIDENCE)));
      object.put("change", object(outcomes.change(CONFIDENCE)));
      object.put("discordant", outcomes.discordant());
    }
    object.put("outputs", comparison.tensors().stream().map(t -> object(t)).toList());
    object.put("worst", comparison.worst().stream().map(Object::toString).toList());
    var notes = new ArrayList<>(outcome.notes());
    if (outcomes.frames() > 0) {
      notes.addAll(reservations(outcomes));
    }
    object.put("notes", notes);
    object.put("seconds", outcome.seconds());
    return object;
  }

  private static Map<String, Object> object(Proportion share) {
    var object = new LinkedHashMap<String, Object>();
    object.put("estimate", share.estimate());
    share
        .interval()
        .ifPresent(
            found -> {
              object.put("lower", found.lower());
              object.put("upper", found.upper());
            });
    return object;
  }

  private static Map<String, Object> object(TensorFigures tensor) {
    var object = new LinkedHashMap<String, Object>();
    object.put("output", tensor.tensor());
    tensor
        .distances()
        .forEach(
            (metric, sketch) ->
                object.put(
                    metric.word(),
                    Map.of(
                        "mean", sketch.mean(),
                        "p99", sketch.quantile(0.99),
                        "max", sketch.max(),
                        "frames", sketch.samples())));
    tensor
        .shares()
        .forEach(
            (metric, rate) ->
                object.put(metric.word(), Map.of("mean", rate.mean(), "frames", rate.samples())));
    object.put("psi", tensor.psi());
    object.put("ks", tensor.ks());
    return object;
  }
}
