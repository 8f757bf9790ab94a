package dev.weft.fabric.replay;

import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.trace.Fingerprint;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TraceRecord.Deployment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether recorded frames would meet a step here as they met it then: the same manifest, the same
 * variants of the step and of those that lead to it, on the same machine and runtime.
 */
public final class Repeatability {

  private static final int FINGERPRINTS_MAX = 1_000;

  private final Plan plan;
  private final PlanStep step;
  private final Map<String, StageManifest> stages;
  private final Fingerprints fingerprints;
  private final List<PlanStep> before;
  private final String manifestDigest;
  private final Map<String, Fingerprint> told = new HashMap<>();

  /**
   * @param step of {@code plan}
   * @param stages every stage the plan names, by name
   */
  public Repeatability(
      Plan plan, PlanStep step, Map<String, StageManifest> stages, Fingerprints fingerprints) {
    this.plan = plan;
    this.step = step;
    this.stages = Map.copyOf(stages);
    this.fingerprints = fingerprints;
    this.before = plan.stepsBefore(step);
    this.manifestDigest = Deployment.digest(plan.manifest());
  }

  /** Takes note of what frames behind it refer to. */
  public void learn(Fingerprint print) {
    if (told.size() < FINGERPRINTS_MAX) {
      told.put(print.id(), print);
    }
  }

  /**
   * Why {@code frame} would not meet the step as it did then, in words that are the same for all
   * frames with this obstacle; empty if nothing is different.
   */
  public Optional<String> obstacle(FrameRecord frame) {
    var record = frame.step(step.name()).filter(each -> each.decision().isRun());
    if (!frame.pipeline().equals(plan.manifest().name()) || record.isEmpty()) {
      return Optional.of("step '%s' did not run".formatted(step.name()));
    }
    if (!frame.manifestDigest().equals(manifestDigest)) {
      return Optional.of(
          "the manifest of pipeline '%s' has changed since".formatted(frame.pipeline()));
    }
    var runs = step.arms().getFirst();
    if (!record.get().stage().equals(runs.stage())
        || !record.get().variant().equals(runs.variant())) {
      return Optional.of(
          "step '%s' ran '%s' (expected: '%s', which answers now)"
              .formatted(step.name(), record.get().variant(), runs.variant()));
    }
    var then = told.get(frame.fingerprint());
    if (then == null) {
      return Optional.of("its fingerprint is not in the trace");
    }
    var relevant = then.only(places(frame));
    return relevant.differences(fingerprints.like(relevant, stages)).stream()
        .findFirst()
        .map(difference -> "its fingerprint differs: " + difference);
  }

  private Set<Fingerprint.Place> places(FrameRecord frame) {
    var places = new HashSet<Fingerprint.Place>();
    for (var record : frame.steps()) {
      var leads = before.stream().anyMatch(each -> each.name().equals(record.name()));
      if (record.decision().isRun() && (leads || record.name().equals(step.name()))) {
        places.add(new Fingerprint.Place(record.stage(), record.variant()));
      }
    }
    return places;
  }
}
