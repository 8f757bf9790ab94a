package dev.weft.supervisor.node;

import dev.weft.fabric.json.Json;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.supervisor.analysis.Terms;
import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.comparison.OutputKind;
import dev.weft.supervisor.drift.DriftLimits;
import dev.weft.supervisor.gate.Effort;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Limit;
import dev.weft.supervisor.gate.Limits;
import dev.weft.supervisor.rollout.RolloutException;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutPlan.Inconclusive;
import dev.weft.supervisor.rollout.RolloutRefusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A rollout as its manifest declares it, in the words of those who carry it out and judge it. */
public final class Declaration {

  /** Runs of a candidate that may fail where the manifest does not say. */
  private static final double FAILED_RUNS = 0.01;

  private Declaration() {}

  /**
   * What is to be done.
   *
   * @param stage with the candidate
   * @throws RolloutException if the stage is another, or has no such variant
   */
  public static RolloutPlan plan(RolloutManifest rollout, StageManifest stage) {
    if (!stage.name().equals(rollout.stage())) {
      throw new RolloutException(
          RolloutRefusal.INVALID,
          "stage: '%s' (expected: '%s')".formatted(stage.name(), rollout.stage()));
    }
    var candidate =
        stage
            .variant(rollout.candidate())
            .orElseThrow(
                () ->
                    new RolloutException(
                        RolloutRefusal.INVALID,
                        "candidate: '%s' (expected: one of %s, the variants of stage '%s')"
                            .formatted(
                                rollout.candidate(),
                                stage.variants().stream().map(Variant::name).toList(),
                                stage.name())));
    return new RolloutPlan(
        rollout.stage(),
        rollout.candidate(),
        digest(stage, candidate),
        rollout.steps().stream()
            .map(
                step ->
                    new RolloutPlan.Step(
                        part(step.answersPercent()), part(step.comparedPercent()), rollout.dwell()))
            .toList(),
        rollout.giveUpAfter(),
        rollout.rollsBackWhenInconclusive() ? Inconclusive.ROLL_BACK : Inconclusive.PAUSE,
        new RolloutPlan.Watch(rollout.drift().watch(), part(rollout.drift().comparedPercent())),
        rollout.text());
  }

  /** What it is judged by. */
  public static Terms terms(RolloutManifest rollout) {
    return new Terms(
        limits(rollout.limits()),
        new ErrorBudget(
            rollout.error().falsePromotion(),
            rollout.error().falseRollback(),
            rollout.steps().size()),
        new Effort(
            rollout.evidence().samplesMin(),
            rollout.evidence().sessionsMin(),
            Math.max(rollout.evidence().samplesMin(), rollout.evidence().samplesMax()),
            rollout.giveUpAfter()),
        rollout.evidence().replaysWhenTooFew(),
        ComparisonSettings.usual().with(kinds(rollout.limits())),
        drift(rollout.drift()));
  }

  private static DriftLimits drift(RolloutManifest.Drift declared) {
    var normal = declared.normal();
    return new DriftLimits(
        declared.window(), normal.flips(), normal.ks(), normal.psi(), declared.falseAlarm());
  }

  private static Limits limits(RolloutManifest.Limits declared) {
    var limits = new ArrayList<Limit>();
    declared
        .tailLatency()
        .ifPresent(tail -> limits.add(new Limit.TailLatency(tail.quantile(), tail.ratio())));
    declared.cpuRatio().ifPresent(ratio -> limits.add(new Limit.CpuTime(ratio)));
    for (var output : declared.outputs()) {
      var metric = metric(output.metric());
      limits.add(
          output.above().isPresent()
              ? new Limit.FarFrames(
                  output.tensor(), metric, output.above().getAsDouble(), output.share())
              : new Limit.Changes(output.tensor(), metric, output.share()));
    }
    var failedRuns = declared.failedRuns().orElse(FAILED_RUNS);
    limits.add(new Limit.FailedRuns(failedRuns));
    limits.add(new Limit.LateRuns(failedRuns));
    return new Limits(limits);
  }

  /** Which metric is asked for tells what an output is, where its values alone may not. */
  private static Map<String, OutputKind> kinds(RolloutManifest.Limits declared) {
    var kinds = new HashMap<String, OutputKind>();
    for (var output : declared.outputs()) {
      switch (metric(output.metric())) {
        case TOP1_FLIPS, TOPK_FLIPS -> kinds.putIfAbsent(output.tensor(), OutputKind.LOGITS);
        case KL, JS -> kinds.put(output.tensor(), OutputKind.PROBABILITIES);
        case NEIGHBOURS_LOST -> kinds.put(output.tensor(), OutputKind.EMBEDDING);
        case MISMATCHES -> kinds.put(output.tensor(), OutputKind.NAMES);
        case MAX_ABS, RELATIVE_L2, COSINE_DISTANCE -> {
          // Any numbers have them.
        }
      }
    }
    return kinds;
  }

  private static Metric metric(String word) {
    return Stream.of(Metric.values())
        .filter(metric -> metric.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new RolloutException(
                    RolloutRefusal.INVALID,
                    "metric: '%s' (expected: one of %s)"
                        .formatted(word, Stream.of(Metric.values()).map(Metric::word).toList())));
  }

  /** SHA-256 of what a variant is, whatever its name. */
  static String digest(StageManifest stage, Variant variant) {
    var files = new TreeMap<String, Object>();
    stage.files().forEach((name, file) -> files.put(name, file.sha256()));
    var options = new TreeMap<String, Object>();
    stage.options().forEach((name, value) -> options.put(name, value.toString()));
    variant.options().forEach((name, value) -> options.put(name, value.toString()));
    var what = new LinkedHashMap<String, Object>();
    what.put("uses", stage.uses());
    what.put("artifact", variant.artifact().map(file -> file.sha256()).orElse(""));
    what.put("files", files);
    what.put("options", options);
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(Json.write(what).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  private static int part(double percent) {
    return (int) Math.round(percent / 100 * RolloutPlan.WHOLE);
  }
}
