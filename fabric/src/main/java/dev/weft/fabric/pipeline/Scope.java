package dev.weft.fabric.pipeline;

import dev.weft.fabric.pipeline.Plan.OutputSlot;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.stages.tensor.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a plan a frame runs: all of it, or some steps on tensors that another frame of the
 * same plan left behind.
 */
final class Scope {

  private static final int NEVER = Integer.MAX_VALUE;

  private final Plan plan;
  private final BitSet members;
  private final int[] dependencies;
  private final int[] slotUses;
  private final List<PlanStep> roots;
  private final List<OutputSlot> outputs;
  private final boolean needsAll;

  private Scope(Plan plan, BitSet members, List<OutputSlot> outputs, boolean needsAll) {
    this.plan = plan;
    this.members = members;
    this.needsAll = needsAll;
    this.outputs = List.copyOf(outputs);
    this.dependencies = dependencies();
    this.slotUses = slotUses();
    var first = new ArrayList<PlanStep>();
    for (var step : plan.steps()) {
      if (dependencies[step.index()] == 0) {
        first.add(step);
      }
    }
    this.roots = List.copyOf(first);
  }

  static Scope whole(Plan plan) {
    var all = new BitSet();
    all.set(0, plan.steps().size());
    return new Scope(plan, all, plan.outputs(), false);
  }

  /** The steps of {@code members} and the pipeline's outputs that come from them. */
  static Scope part(Plan plan, BitSet members) {
    var made = madeBy(plan, members);
    return new Scope(
        plan,
        members,
        plan.outputs().stream().filter(output -> made.get(output.slot())).toList(),
        false);
  }

  /**
   * One step, with all of its outputs under their own names; if it fails, so does the frame, even
   * where the pipeline could go on without.
   */
  static Scope single(Plan plan, PlanStep step) {
    var members = new BitSet();
    members.set(step.index());
    var outputs = new ArrayList<OutputSlot>();
    for (var i = 0; i < step.signature().outputs().size(); i++) {
      outputs.add(
          new OutputSlot(step.signature().outputs().get(i).name(), step.firstOutputSlot() + i));
    }
    return new Scope(plan, members, outputs, true);
  }

  /** The steps that lead to {@code step}; gives what it reads, each under its slot's number. */
  static Scope before(Plan plan, PlanStep step) {
    var members = new BitSet();
    plan.stepsBefore(step).forEach(each -> members.set(each.index()));
    var read = new TreeSet<Integer>();
    step.forEachSource(read::add);
    var outputs = read.stream().map(slot -> new OutputSlot(Integer.toString(slot), slot)).toList();
    return new Scope(plan, members, outputs, false);
  }

  /** Whether a frame goes on if {@code step} fails. */
  boolean isOptional(PlanStep step) {
    return step.optional() && !needsAll;
  }

  /** Per step, how many steps must be done before it; a step outside never starts. */
  int[] newDependencies() {
    return dependencies.clone();
  }

  /**
   * The steps that waited only for {@code step}, which is done.
   *
   * @param waitingFor of one frame, from {@link #newDependencies()}; counted down here
   */
  List<PlanStep> readyAfter(PlanStep step, int[] waitingFor) {
    var successors = step.successors();
    List<PlanStep> ready = List.of();
    for (var i = 0; i < successors.length; i++) {
      if (--waitingFor[successors[i]] == 0) {
        var next = plan.steps().get(successors[i]);
        if (successors.length == 1) {
          return List.of(next);
        }
        ready = ready.isEmpty() ? new ArrayList<>(successors.length) : ready;
        ready.add(next);
      }
    }
    return ready;
  }

  /** Steps that wait for nothing. */
  List<PlanStep> roots() {
    return roots;
  }

  List<OutputSlot> outputs() {
    return outputs;
  }

  /** The tensors a frame is answered with, by name, on leases of their own. */
  Map<String, Tensor> answer(TensorSlots slots) {
    if (outputs.size() == 1) {
      var only = slots.at(outputs.getFirst().slot());
      return only == null ? Map.of() : Map.of(outputs.getFirst().name(), only.retain());
    }
    var tensors = new LinkedHashMap<String, Tensor>();
    for (var output : outputs) {
      var tensor = slots.at(output.slot());
      if (tensor != null) {
        tensors.put(output.name(), tensor.retain());
      }
    }
    return tensors;
  }

  /** Slots of a frame that brings the pipeline's inputs. */
  TensorSlots newSlots(@Nullable Tensor[] first) {
    return new TensorSlots(slotUses, first);
  }

  /** Slots that an earlier frame must keep for one of this scope. */
  void keepFor(TensorSlots earlier) {
    forEachSource(earlier::keep);
  }

  /** Slots with what {@code earlier} has kept, on leases of their own. */
  TensorSlots slotsFrom(TensorSlots earlier) {
    var slots = new TensorSlots(slotUses, new Tensor[0]);
    forEachSource(
        slot -> {
          var tensor = earlier.at(slot);
          if (tensor != null && slots.isEmpty(slot)) {
            slots.put(slot, tensor.retain());
          }
        });
    return slots;
  }

  private void forEachSource(IntConsumer action) {
    var made = madeBy(plan, members);
    for (var slot = 0; slot < slotUses.length; slot++) {
      if (slotUses[slot] > 0 && !made.get(slot)) {
        action.accept(slot);
      }
    }
  }

  private int[] dependencies() {
    var counts = new int[plan.steps().size()];
    for (var step : plan.steps()) {
      if (members.get(step.index())) {
        for (var successor : step.successors()) {
          counts[successor]++;
        }
      }
    }
    for (var i = 0; i < counts.length; i++) {
      if (!members.get(i)) {
        counts[i] = NEVER;
      }
    }
    return counts;
  }

  private int[] slotUses() {
    var uses = new int[plan.slotCount()];
    for (var step : plan.steps()) {
      if (members.get(step.index())) {
        step.forEachSource(slot -> uses[slot]++);
      }
    }
    outputs.forEach(output -> uses[output.slot()]++);
    return uses;
  }

  private static BitSet madeBy(Plan plan, BitSet members) {
    var slots = new BitSet();
    for (var step : plan.steps()) {
      if (members.get(step.index())) {
        slots.set(
            step.firstOutputSlot(), step.firstOutputSlot() + step.signature().outputs().size());
      }
    }
    return slots;
  }
}
