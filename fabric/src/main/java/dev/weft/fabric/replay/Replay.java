package dev.weft.fabric.replay;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.VariantChoice;
import dev.weft.fabric.replay.BatchRoom.Party;
import dev.weft.fabric.stage.SoloStages;
import dev.weft.fabric.stage.StageKey;
import dev.weft.fabric.stage.StageRunner;
import dev.weft.fabric.trace.Fingerprint;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import dev.weft.fabric.trace.TensorDigest;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs recorded frames again, one run of a stage after the other on the caller's thread, and tells
 * what came out differently. Frames wait only for those they shared a run with, so memory is
 * bounded by {@value #OPEN_MAX} of them.
 */
public final class Replay implements AutoCloseable {

  /** Frames that may wait for others; beyond it a batch runs without those that have not come. */
  static final int OPEN_MAX = 1024;

  private final ReplayMode mode;
  private final Chooser chooser;
  private final Map<String, Plan> plans = new HashMap<>();
  private final Map<String, StageManifest> stages;
  private final SoloStages solo;
  private final TensorAllocator tensors;
  private final Fingerprints fingerprints;
  private final ReplayListener listener;
  private final BatchRoom room = new BatchRoom();
  private final Map<ReplayFrame, Integer> open = new HashMap<>();
  private final Queue<ReplayFrame> going = new ArrayDeque<>();
  private final Map<ReplayFrame, RecordedOutputs> recordedOutputs = new HashMap<>();
  private final ReplayTally tally = new ReplayTally();
  private final Set<String> told = new HashSet<>();
  private final Set<String> named = new HashSet<>();

  /**
   * @param pipelines by name
   * @param stages every stage they name, by name
   * @param solo runs them; stays the caller's
   * @throws IllegalArgumentException if {@code mode} names a stage or variant there is not
   */
  public Replay(
      ReplayMode mode,
      Map<String, PipelineManifest> pipelines,
      Map<String, StageManifest> stages,
      SoloStages solo,
      TensorAllocator tensors,
      Fingerprints fingerprints,
      ReplayListener listener) {
    this.mode = mode;
    this.chooser = new Chooser(mode);
    this.stages = Map.copyOf(stages);
    this.solo = solo;
    this.tensors = tensors;
    this.fingerprints = fingerprints;
    this.listener = listener;
    pipelines.forEach(
        (name, manifest) ->
            plans.put(name, Plan.compile(manifest, stages, VariantChoice.declared())));
    switch (mode) {
      case ReplayMode.OtherVariants(var variants) -> variants.forEach(this::key);
      case ReplayMode.Beside beside -> requireThere(beside);
      case ReplayMode.Faithful _, ReplayMode.Redecide _ -> {}
    }
  }

  private void requireThere(ReplayMode.Beside beside) {
    var steps = plans.values().stream().flatMap(plan -> plan.steps().stream()).toList();
    var meant = steps.stream().filter(step -> step.name().equals(beside.step())).toList();
    if (meant.isEmpty()) {
      throw new IllegalArgumentException(
          "step: '%s' (expected: one of %s)"
              .formatted(
                  beside.step(), steps.stream().map(PlanStep::name).distinct().sorted().toList()));
    }
    meant.forEach(step -> key(step.arms().getFirst().stage(), beside.variant()));
  }

  /** Takes the next record of a trace; whatever can run now does. */
  public void accept(TraceRecord record, TraceSource source) {
    switch (record) {
      case FrameRecord frame -> accept(frame, source);
      case Fingerprint print -> {
        told.add(print.id());
        tally.fingerprintDiffers(print.differences(fingerprints.like(print, stages)));
      }
      case TraceRecord.Loss loss -> tally.lost(loss);
      case TraceRecord.Deployment _, TraceRecord.Content _, TraceRecord.Checkpoint _ -> {}
    }
  }

  /** Runs what still waits and tells what was found. */
  public ReplayReport report() {
    for (var party = room.oldest(); party.isPresent(); party = room.oldest()) {
      runTogether(party.get());
      goOn();
    }
    named.removeAll(told);
    // As when retention took it, with the frames it stood before.
    named.forEach(
        id -> tally.fingerprintDiffers(List.of("fingerprint %s: not in the trace".formatted(id))));
    return tally.report();
  }

  private void accept(FrameRecord record, TraceSource source) {
    tally.frame();
    named.add(record.fingerprint());
    var plan = plans.get(record.pipeline());
    if (plan == null) {
      tally.notReplayed("no pipeline '%s' among the manifests".formatted(record.pipeline()));
      return;
    }
    var inputs = inputs(plan, record, source);
    if (inputs.isEmpty()) {
      tally.notReplayed("its inputs were not kept");
      return;
    }
    var frame = new ReplayFrame(record, plan, tensors, inputs.get());
    open.put(frame, 0);
    if (listener.compares(record)) {
      recordedOutputs.put(frame, RecordedOutputs.of(record, source));
    }
    going.add(frame);
    goOn();
    while (open.size() > OPEN_MAX) {
      runTogether(room.oldest().orElseThrow());
      goOn();
    }
  }

  /** By slot; empty if one was not kept. */
  private Optional<@Nullable Tensor[]> inputs(Plan plan, FrameRecord record, TraceSource source) {
    return RecordedInputs.of(record, source, tensors).map(byName -> bySlot(plan, byName));
  }

  private static @Nullable Tensor[] bySlot(Plan plan, Map<String, Tensor> byName) {
    var declared = plan.manifest().inputs();
    var left = new HashMap<>(byName);
    var inputs = new @Nullable Tensor[declared.size()];
    for (var i = 0; i < inputs.length; i++) {
      inputs[i] = left.remove(declared.get(i).spec().name());
    }
    left.values().forEach(Tensor::close);
    return inputs;
  }

  private void goOn() {
    for (var frame = going.poll(); frame != null; frame = going.poll()) {
      advance(frame);
    }
  }

  private void advance(ReplayFrame frame) {
    for (var step = frame.poll(); step != null; step = frame.poll()) {
      var recorded = frame.record().step(step.name());
      var choice = chooser.choose(frame, step);
      if (mode instanceof ReplayMode.Redecide) {
        Chooser.change(step, recorded, choice).ifPresent(tally::changed);
      }
      switch (choice) {
        case Choice.Stop _ -> frame.cutAt();
        case Choice.Skip _ -> skip(frame, step);
        case Choice.Run run -> run(frame, step, run);
      }
    }
    if (open.getOrDefault(frame, 0) == 0) {
      finish(frame);
    }
  }

  private void run(ReplayFrame frame, PlanStep step, Choice.Run run) {
    if (frame.inputs(step) == null) {
      tally.diverged(frame.record(), step.name(), run.stage(), "an input is absent");
      frame.cutAt();
      return;
    }
    open.merge(frame, 1, Integer::sum);
    if (run.batch().size() < 2) {
      runTogether(new Party(step, run, List.of(frame), true));
    } else {
      room.join(frame, step, run).ifPresent(this::runTogether);
    }
  }

  private void runTogether(Party party) {
    if (!party.isWhole()) {
      tally.incompleteBatch();
    }
    var inputs = new ArrayList<List<Tensor>>();
    for (var frame : party.frames()) {
      var own = frame.inputs(party.step());
      inputs.add(own == null ? List.of() : own);
    }
    var key = key(party.run().stage(), party.run().variant());
    listener.comes(party.run().stage(), party.run().variant());
    solo.load(key);
    listener.begins();
    var outcomes = solo.run(key, party.frames(), inputs);
    var unsettled = new ArrayDeque<>(outcomes);
    try {
      listener.ended();
      if (mode instanceof ReplayMode.Beside beside && beside.step().equals(party.step().name())) {
        runBeside(beside, party, inputs, outcomes);
      }
      for (var frame : party.frames()) {
        settle(frame, party, unsettled.remove());
      }
    } finally {
      unsettled.forEach(Replay::letGo);
    }
  }

  private static void letGo(StageRunner.Outcome outcome) {
    if (outcome instanceof StageRunner.Ran(var outputs)) {
      outputs.forEach(Tensor::close);
    }
  }

  private void runBeside(
      ReplayMode.Beside beside,
      Party party,
      List<List<Tensor>> inputs,
      List<StageRunner.Outcome> asRecorded) {
    var key = key(party.run().stage(), party.run().variant());
    if (key.manifest().variant(beside.variant()).isEmpty()) {
      return;
    }
    var others = solo.run(new StageKey(key.manifest(), beside.variant()), party.frames(), inputs);
    try {
      for (var i = 0; i < others.size(); i++) {
        if (asRecorded.get(i) instanceof StageRunner.Ran(var recorded)) {
          tell(beside, party.frames().get(i).record(), party.step(), recorded, others.get(i));
        }
      }
    } finally {
      others.forEach(Replay::letGo);
    }
  }

  private static void tell(
      ReplayMode.Beside beside,
      FrameRecord frame,
      PlanStep step,
      List<Tensor> recorded,
      StageRunner.Outcome other) {
    switch (other) {
      case StageRunner.Ran(var outputs) -> beside.observer().ran(frame, step, recorded, outputs);
      case StageRunner.Failed(var code, var message) ->
          beside.observer().failed(frame, step, recorded, code, message);
    }
  }

  private void settle(ReplayFrame frame, Party party, StageRunner.Outcome outcome) {
    var step = party.step();
    open.merge(frame, -1, Integer::sum);
    going.add(frame);
    switch (outcome) {
      case StageRunner.Failed(var code, var message) -> {
        var failure = "it failed: %s, %s".formatted(code, message);
        ran(frame, party, false, Optional.of(failure));
        tally.diverged(frame.record(), step.name(), party.run().stage(), failure);
        frame.cutAt();
      }
      case StageRunner.Ran(var outputs) -> {
        frame.done(step, outputs); // First, as it then lets go of them whatever is thrown below.
        var recorded = frame.record().step(step.name());
        var different = recorded.flatMap(was -> different(was, outputs));
        ran(frame, party, recorded.isPresent() && different.isEmpty(), Optional.empty());
        different.ifPresent(
            name ->
                tally.diverged(
                    frame.record(),
                    step.name(),
                    party.run().stage() + "@" + party.run().variant(),
                    "output '%s'".formatted(name)));
      }
    }
  }

  private void ran(ReplayFrame frame, Party party, boolean isEqual, Optional<String> failure) {
    tally.ran(isEqual);
    var run = party.run();
    listener.ran(
        frame.record(),
        new ReplayListener.Ran(
            party.step().name(),
            run.stage(),
            run.variant(),
            party.frames().size(),
            isEqual,
            failure));
  }

  /** Name of the first output that has not the digest recorded. */
  private static Optional<String> different(StepRecord was, List<Tensor> outputs) {
    for (var i = 0; i < was.outputs().size() && i < outputs.size(); i++) {
      if (!was.outputs().get(i).digest().equals(TensorDigest.of(outputs.get(i)))) {
        return Optional.of(was.outputs().get(i).name());
      }
    }
    return Optional.empty();
  }

  private void skip(ReplayFrame frame, PlanStep step) {
    for (var i = 0; i < step.standIns().size(); i++) {
      var standIn = step.standIns().get(i);
      if (standIn.isEmpty()) {
        continue;
      }
      switch (standIn.get().declared()) {
        case StandIn.FromTensor _ -> {
          var source = frame.at(standIn.get().slot());
          if (source != null) {
            frame.put(step, i, source.retain());
          }
        }
        case StandIn.Constant(var shape, var values) -> {
          var datatype = step.signature().outputs().get(i).datatype();
          frame.put(step, i, Elements.filled(tensors, datatype, shape, values));
        }
      }
    }
    frame.goOnBehind(step);
  }

  private void finish(ReplayFrame frame) {
    if (open.remove(frame) == null) {
      return;
    }
    try (frame) {
      var outputs = recordedOutputs.remove(frame);
      if (outputs != null) {
        outputs.compare(
            frame,
            tensors,
            (output, distance) -> {
              tally.output(frame.record(), output, distance);
              listener.gave(frame.record(), output, distance);
            });
      }
      tally.replayed();
    }
  }

  private StageKey key(String stage, String variant) {
    var manifest = stages.get(stage);
    if (manifest == null) {
      throw new IllegalArgumentException(
          "stage: '%s' (expected: one of %s)".formatted(stage, stages.keySet()));
    }
    return new StageKey(manifest, variant);
  }

  /** Lets go of frames that still wait. */
  @Override
  public void close() {
    open.keySet().forEach(ReplayFrame::close);
    open.clear();
  }
}
