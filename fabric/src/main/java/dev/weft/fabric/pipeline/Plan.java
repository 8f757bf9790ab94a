package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Condition;
import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.stages.spi.Signature;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * A pipeline compiled for running: every name resolved to a position.
 *
 * <p>Tensors of a frame live in numbered slots: first the pipeline's inputs, then each step's
 * outputs. A step is ready when all steps it depends on are done.
 *
 * @param slotCount number of slots
 */
public record Plan(
    PipelineManifest manifest, List<PlanStep> steps, List<OutputSlot> outputs, int slotCount) {

  public Plan {
    steps = List.copyOf(steps);
    outputs = List.copyOf(outputs);
  }

  /**
   * @param pipeline whose wiring has been checked against {@code stages}
   * @param variants which variants run where, beyond what the manifest says
   * @throws IllegalArgumentException naming the step, arm, stage or tensor that does not exist
   */
  public static Plan compile(
      PipelineManifest pipeline, Map<String, StageManifest> stages, VariantChoice variants) {
    return PlanCompiler.compile(pipeline, stages, variants);
  }

  /** {@code step} and every step that hangs on it, directly or not, as positions. */
  BitSet withDependents(PlanStep step) {
    var found = new BitSet();
    found.set(step.index());
    var queue = new ArrayDeque<PlanStep>(List.of(step));
    while (!queue.isEmpty()) {
      for (var successor : queue.removeFirst().successors()) {
        if (!found.get(successor)) {
          found.set(successor);
          queue.add(steps.get(successor));
        }
      }
    }
    return found;
  }

  /** The steps that must be done before {@code step} can be, directly or not. */
  public List<PlanStep> stepsBefore(PlanStep step) {
    return steps.stream()
        .filter(each -> each != step && withDependents(each).get(step.index()))
        .toList();
  }

  /**
   * One step with its wiring.
   *
   * @param inputSlots in the order of the stage's inputs
   * @param firstOutputSlot slot of its first output; the others follow
   * @param dependencies number of steps that must be done before
   * @param successors positions of the steps that wait for this one
   * @param standIns per output, what takes its place when the step is skipped
   * @param arms what may run it: one, or one per arm of its split; then those it degrades to, then
   *     its shadow, then the candidate on trial
   * @param degrade what to do under load; the first whose condition holds
   */
  public record PlanStep(
      int index,
      String name,
      Signature signature,
      int[] inputSlots,
      int firstOutputSlot,
      int dependencies,
      int[] successors,
      Optional<PlanCondition> when,
      Optional<String> gate,
      boolean optional,
      List<Optional<PlanStandIn>> standIns,
      Optional<PipelineManifest.Split> split,
      List<PlanArm> arms,
      List<PlanDegrade> degrade,
      Optional<PlanShadow> shadow,
      Optional<PlanTrial> trial) {

    /** Whether {@code arm} runs in place of what is meant to, because of load. */
    boolean isCheaper(int arm) {
      return arm >= 0 && degrade.stream().anyMatch(each -> each.arm() == arm);
    }

    /** Every slot this step may read, once for each time it does. */
    void forEachSource(IntConsumer action) {
      for (var slot : inputSlots) {
        action.accept(slot);
      }
      if (when.isPresent()) {
        action.accept(when.get().slot());
      }
      for (var i = 0; i < standIns.size(); i++) {
        var standIn = standIns.get(i);
        if (standIn.isPresent() && standIn.get().slot() >= 0) {
          action.accept(standIn.get().slot());
        }
      }
    }
  }

  /**
   * @param arm position of what runs instead; -1 if nothing does
   */
  public record PlanDegrade(Degrade declared, int arm) {}

  /**
   * @param arm position of the variant that runs in the shadow
   */
  public record PlanShadow(int arm, int percent) {}

  /**
   * A candidate that may answer instead of the first arm, as the present {@link
   * dev.weft.fabric.routing.TrialShare} says.
   *
   * @param arm position of the candidate
   */
  public record PlanTrial(int arm) {}

  /** What an arm of a step runs. */
  public record PlanArm(String stage, String variant) {}

  public record PlanCondition(Condition condition, int slot) {}

  /** A stand-in whose source, if it is a tensor, stands in {@code slot}. */
  public record PlanStandIn(StandIn declared, int slot) {}

  public record OutputSlot(String name, int slot) {}
}
