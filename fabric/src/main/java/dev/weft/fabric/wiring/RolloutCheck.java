package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.OutputMetric;
import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.RolloutManifest.Limits.Output;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
import dev.weft.fabric.problem.Problem;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Checks that a rollout can be conducted: that its stage, its candidate and the outputs it limits
 * are there, that its steps grow, and that each of its limits can be measured and be broken.
 */
public final class RolloutCheck {

  private static final String OUTPUTS = "limits.outputs";
  private static final String WATCH = "drift.watch";

  /** Share of wrong decisions above which a bound is doubted: one in five. */
  private static final double ERROR_DOUBTED = 0.2;

  /** A shorter watch is doubted: as fast as frames may come, hardly a window is full by then. */
  private static final Duration WATCH_DOUBTED = Duration.ofSeconds(10);

  private final RolloutManifest rollout;
  private final Neighbours neighbours;
  private final Findings findings;

  private RolloutCheck(RolloutManifest rollout, Neighbours neighbours, Findings findings) {
    this.rollout = rollout;
    this.neighbours = neighbours;
    this.findings = findings;
  }

  /** Everything wrong with {@code rollout}, for one made in code. */
  public static List<Problem> problems(RolloutManifest rollout, Map<String, StageManifest> stages) {
    var findings = new Findings(rollout.origin());
    check(rollout, Neighbours.of(stages), findings);
    return findings.errors();
  }

  public static void check(RolloutManifest rollout, Neighbours neighbours, Findings findings) {
    new RolloutCheck(rollout, neighbours, findings).check();
  }

  private void check() {
    checkSteps();
    checkTimes();
    checkEvidence();
    checkLimits();
    checkErrors();
    checkWatch();
    checkStage();
  }

  private void checkErrors() {
    var error = rollout.error();
    checkError("errors.falsePromotion", error.falsePromotion(), "beyond a limit", "promoted");
    checkError("errors.falseRollback", error.falseRollback(), "within all limits", "rolled back");
  }

  private void checkError(String path, double share, String candidates, String decided) {
    if (share > ERROR_DOUBTED && !findings.isBroken(path)) {
      var text = Quantity.shareText(share);
      findings.warning(
          path,
          text,
          "at most %s; as it is, up to %s of the candidates %s may be %s"
              .formatted(Quantity.shareText(ERROR_DOUBTED), text, candidates, decided));
    }
  }

  private void checkWatch() {
    if (findings.isBroken("drift")) {
      return;
    }
    var drift = rollout.drift();
    if (!drift.isWatched()) {
      checkUnwatched();
    } else if (drift.watch().compareTo(WATCH_DOUBTED) < 0 && !findings.isBroken(WATCH)) {
      findings.warning(
          WATCH,
          Quantity.text(drift.watch()),
          "off, or at least %s; a window of %d compared frames is hardly full in less"
              .formatted(Quantity.text(WATCH_DOUBTED), drift.window()));
    }
  }

  private void checkUnwatched() {
    for (var field : List.of("compared", "window", "flips", "ks", "psi", "falseAlarm")) {
      var path = Findings.join("drift", field);
      if (findings.hasValue(path)) {
        findings.warning(path, "given", "nothing beside watch: off, as nobody looks for drift");
      }
    }
  }

  private void checkSteps() {
    if (findings.isBroken("steps")) {
      return;
    }
    var steps = rollout.steps();
    if (steps.isEmpty()) {
      findings.error("steps", "none", "at least one");
      return;
    }
    for (var i = 1; i < steps.size(); i++) {
      var before = steps.get(i - 1).answersPercent();
      var answers = steps.get(i).answersPercent();
      if (answers <= before) {
        findings.error(
            answers(i),
            "%s after %s".formatted(exposure(answers), exposure(before)),
            "a larger share than that of the step before");
      }
    }
    var last = steps.getLast().answersPercent();
    if (last != 100) {
      findings.warning(
          answers(steps.size() - 1),
          "%s is the last".formatted(exposure(last)),
          "100%; as it is, the candidate is promoted without having answered everybody");
    }
  }

  private String answers(int step) {
    var path = Findings.join("steps", step);
    var inside = Findings.join(path, "answers");
    return findings.hasValue(inside) ? inside : path;
  }

  private static String exposure(double percent) {
    return percent == 0 ? "shadow" : Quantity.percentText(percent);
  }

  private void checkTimes() {
    var dwell = rollout.dwell();
    var giveUpAfter = rollout.giveUpAfter();
    if (dwell.compareTo(giveUpAfter) < 0
        || findings.isBroken("dwell")
        || findings.isBroken("giveUpAfter")) {
      return;
    }
    if (findings.hasValue("dwell")) {
      var expected = "less than giveUpAfter, which is " + Quantity.text(giveUpAfter);
      findings.error("dwell", Quantity.text(dwell), expected);
    } else {
      var expected = "more than dwell, which is " + Quantity.text(dwell);
      findings.error("giveUpAfter", Quantity.text(giveUpAfter), expected);
    }
  }

  private void checkEvidence() {
    if (rollout.evidence().replaysWhenTooFew()
        && rollout.steps().stream().noneMatch(RolloutManifest.Step::isShadow)
        && !findings.isBroken("steps")) {
      findings.warning(
          "evidence.whenTooFew",
          "replay",
          "a step in the shadow; as it is, no recorded frame is run again");
    }
    checkSamples();
  }

  private void checkSamples() {
    var least = rollout.evidence().samplesMin();
    var most = rollout.evidence().samplesMax();
    if (least <= most || findings.isBroken("evidence")) {
      return;
    }
    if (findings.hasValue("evidence.samplesMin")) {
      var expected = "at most samplesMax, which is " + most;
      findings.error("evidence.samplesMin", Long.toString(least), expected);
    } else {
      var expected = "at least samplesMin, which is " + least;
      findings.error("evidence.samplesMax", Long.toString(most), expected);
    }
  }

  private void checkLimits() {
    if (rollout.limits().isEmpty() && !findings.isBroken("limits")) {
      findings.error("limits", "none", "at least one of tailLatency, cpu, failedRuns and outputs");
    } else if (rollout.limits().outputs().isEmpty() && !findings.isBroken("limits")) {
      findings.warning(
          OUTPUTS,
          "none",
          "a limit on at least one output; as it is, the candidate may answer anything that is no"
              + " fault");
    }
    var seen = new HashSet<List<Object>>();
    for (var i = 0; i < rollout.limits().outputs().size(); i++) {
      var output = rollout.limits().outputs().get(i);
      var path = Findings.join(OUTPUTS, i);
      var isNew = seen.add(List.of(output.tensor(), output.metric(), output.above()));
      if (!isNew && !findings.isBroken(path)) {
        var value = "%s of '%s' again".formatted(output.metric(), output.tensor());
        findings.error(path, value, "each once");
      }
      checkMetric(output, path);
    }
  }

  private void checkMetric(Output output, String path) {
    var metric = OutputMetric.of(output.metric());
    if (metric.isEmpty()) {
      if (!findings.isBroken(path + ".metric")) {
        var expected = NearestName.expected("a metric", output.metric(), OutputMetric.words());
        findings.error(path + ".metric", "'" + output.metric() + "'", expected);
      }
      return;
    }
    checkFit(output, metric.get(), path);
    var above = path + ".above";
    if (findings.isBroken(above)) {
      return;
    }
    var word = metric.get().word();
    if (!metric.get().isDistance()) {
      if (output.above().isPresent()) {
        findings.errorInName(
            above, "given", "none, because %s is a share, judged by its mean".formatted(word));
      }
    } else if (output.above().isEmpty()) {
      findings.error(
          above,
          "missing",
          "a number, because %s is a distance, judged by how many frames lie beyond it"
              .formatted(word));
    } else if (output.above().getAsDouble() >= metric.get().valueMax()) {
      findings.error(
          above,
          Double.toString(output.above().getAsDouble()),
          "less than %.4g, beyond which no %s lies".formatted(metric.get().valueMax(), word));
    }
  }

  private void checkFit(Output output, OutputMetric metric, String path) {
    metrics(output.tensor())
        .takeWhile(each -> each != metric && !output.tensor().isEmpty())
        .filter(each -> !metric.goesWith(each))
        .findFirst()
        .ifPresent(
            other ->
                findings.error(
                    path + ".metric",
                    "%s beside %s of '%s'".formatted(metric.word(), other.word(), output.tensor()),
                    "metrics of one reading: an output is classes, an embedding, or names"));
  }

  private void checkStage() {
    var stage = Optional.ofNullable(neighbours.stages().get(rollout.stage()));
    if (stage.isEmpty()) {
      Wiring.reportUnknownStage(rollout.stage(), "stage", neighbours, findings);
      return;
    }
    checkCandidate(stage.get());
    if (!neighbours.unsureAbi().contains(rollout.stage())) {
      for (var i = 0; i < rollout.limits().outputs().size(); i++) {
        checkTensor(rollout.limits().outputs().get(i), stage.get(), Findings.join(OUTPUTS, i));
      }
    }
  }

  private void checkCandidate(StageManifest stage) {
    var candidate = rollout.candidate();
    if (candidate.isEmpty() || neighbours.unsureVariants().contains(stage.name())) {
      return;
    }
    Wiring.checkVariant(stage, candidate, "candidate", neighbours, findings);
    if (candidate.equals(stage.defaultVariant().name())) {
      var value = "'%s', the default of stage '%s'".formatted(candidate, stage.name());
      if (stage.variants().size() == 1) {
        findings.error("candidate", value + " and its only one", "another than the one that runs");
      } else {
        findings.warning(
            "candidate", value, "another, unless the steps that run the stage name another");
      }
    }
  }

  private void checkTensor(Output output, StageManifest stage, String path) {
    if (findings.isBroken(path + ".tensor")) {
      return;
    }
    var index = stage.abi().outputIndex(output.tensor());
    if (index < 0) {
      var names = stage.abi().outputs().stream().map(TensorSpec::name).toList();
      var what = "an output of stage '%s'".formatted(stage.name());
      findings.error(
          path + ".tensor",
          "'" + output.tensor() + "'",
          NearestName.expected(what, output.tensor(), names));
      return;
    }
    OutputMetric.of(output.metric())
        .ifPresent(
            metric -> {
              var spec = stage.abi().outputs().get(index);
              checkDatatype(metric, spec, path + ".metric");
              checkShape(metric, spec, path + ".metric");
            });
  }

  private void checkDatatype(OutputMetric metric, TensorSpec spec, String path) {
    if (findings.isBroken(path)) {
      return;
    }
    var datatype = spec.datatype();
    var value = "%s of %s".formatted(metric.word(), spec);
    if (!metric.isOf(datatype)) {
      findings.error(path, value, fitting(datatype));
    } else if (metrics(spec.name()).noneMatch(each -> each.settles(datatype))) {
      findings.warning(
          path,
          value,
          "mismatches, or also a metric that says what they are: %s is taken for names"
              .formatted(datatype));
    }
  }

  private static String fitting(Datatype datatype) {
    var fitting =
        Stream.of(OutputMetric.values())
            .filter(metric -> metric.isOf(datatype))
            .map(OutputMetric::word)
            .toList();
    return "one of %s, which are what there is of %s".formatted(fitting, datatype);
  }

  /** As far as dimensions are declared: those that are open may be anything. */
  private void checkShape(OutputMetric metric, TensorSpec spec, String path) {
    if (findings.isBroken(path)) {
      return;
    }
    var row = spec.rank() == 0 ? OptionalLong.of(1) : size(spec.shape().getLast());
    var value = "%s of %s".formatted(metric.word(), spec);
    if (row.isPresent() && row.getAsLong() < metric.rowMin()) {
      findings.error(
          path, value, "rows of %d elements or more: of fewer it is 0".formatted(metric.rowMin()));
    } else if (row.isPresent() && row.getAsLong() > metric.rowMax()) {
      findings.error(
          path, value, "rows of at most %d elements: others have none".formatted(metric.rowMax()));
    } else if (metric.isOfDirections() && isSingle(spec)) {
      findings.error(path, value, "two elements or more: of one it tells no more than the sign");
    }
  }

  private static OptionalLong size(Dim dim) {
    return dim instanceof Dim.Fixed(var size) ? OptionalLong.of(size) : OptionalLong.empty();
  }

  private static boolean isSingle(TensorSpec spec) {
    return spec.shape().stream().allMatch(dim -> size(dim).equals(OptionalLong.of(1)));
  }

  private Stream<OutputMetric> metrics(String tensor) {
    return rollout.limits().outputs().stream()
        .filter(output -> output.tensor().equals(tensor))
        .flatMap(output -> OutputMetric.of(output.metric()).stream());
  }
}
