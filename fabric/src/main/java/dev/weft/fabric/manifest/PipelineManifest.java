package dev.weft.fabric.manifest;

import dev.weft.stages.spi.TensorSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A graph of stages as declared.
 *
 * @param origin file it was read from
 * @param deadline time a frame may take from its admission to its answer, unless the request says
 * @param lane lane of a frame, unless the request says
 * @param pairing how inputs that come one by one become frames; empty if requests bring all
 * @param capture what is recorded of its frames; empty for nothing
 * @param reach how far its frames may go for an answer
 * @param state inputs that hold what an output was one frame of the sequence before, zeros at the
 *     first; the outputs by the names of the inputs
 */
public record PipelineManifest(
    Path origin,
    String name,
    String summary,
    String owner,
    Duration deadline,
    Lane lane,
    Door door,
    Optional<Pairing> pairing,
    Optional<Capture> capture,
    Reach reach,
    List<Input> inputs,
    List<Step> steps,
    List<Output> outputs,
    Map<String, String> state,
    List<Gate> gates,
    List<Split> splits,
    Map<String, String> labels) {

  public PipelineManifest {
    inputs = List.copyOf(inputs);
    steps = List.copyOf(steps);
    outputs = List.copyOf(outputs);
    state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
    gates = List.copyOf(gates);
    splits = List.copyOf(splits);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  /** The same, recorded in another way. */
  public PipelineManifest capturing(Optional<Capture> other) {
    return new PipelineManifest(
        origin, name, summary, owner, deadline, lane, door, pairing, other, reach, inputs, steps,
        outputs, state, gates, splits, labels);
  }

  /** The same with other state between the frames of a sequence. */
  public PipelineManifest carrying(Map<String, String> other) {
    return new PipelineManifest(
        origin, name, summary, owner, deadline, lane, door, pairing, capture, reach, inputs, steps,
        outputs, other, gates, splits, labels);
  }

  /** The same, reaching another way. */
  public PipelineManifest reaching(Reach other) {
    return new PipelineManifest(
        origin, name, summary, owner, deadline, lane, door, pairing, capture, other, inputs, steps,
        outputs, state, gates, splits, labels);
  }

  /**
   * A typed input.
   *
   * @param required whether a request must give it; steps that need an absent one are skipped
   */
  public record Input(TensorSpec spec, boolean required) {}

  /**
   * One use of a stage.
   *
   * @param variant which of the stage's variants runs; empty for its default
   * @param inputs source of each stage input, by the input's name
   * @param when skipped unless this holds
   * @param optional whether a failure of the stage skips the step instead of failing the frame;
   *     empty for what the stage says
   * @param gate name of the feature gate that must be on
   * @param standIns what takes the place of an output when the step is skipped, by output name
   * @param degrade what to do under load; the first whose condition holds
   * @param shadow a variant that sees the same inputs without a say
   */
  public record Step(
      String name,
      String stage,
      Optional<String> variant,
      Map<String, TensorRef> inputs,
      Optional<Condition> when,
      Optional<Boolean> optional,
      Optional<String> gate,
      Map<String, StandIn> standIns,
      List<Degrade> degrade,
      Optional<Shadow> shadow) {
    public Step {
      inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
      standIns = Collections.unmodifiableMap(new LinkedHashMap<>(standIns));
      degrade = List.copyOf(degrade);
    }

    /** A step that always runs its stage's default variant. */
    public static Step of(String name, String stage, Map<String, TensorRef> inputs) {
      return new Step(
          name,
          stage,
          Optional.empty(),
          inputs,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          List.of(),
          Optional.empty());
    }

    public Step withVariant(String other) {
      return new Step(
          name, stage, Optional.of(other), inputs, when, optional, gate, standIns, degrade, shadow);
    }

    public Step degrading(Degrade... under) {
      return new Step(
          name, stage, variant, inputs, when, optional, gate, standIns, List.of(under), shadow);
    }

    public Step shadowedBy(Shadow other) {
      return new Step(
          name,
          stage,
          variant,
          inputs,
          when,
          optional,
          gate,
          standIns,
          degrade,
          Optional.of(other));
    }
  }

  /**
   * A named result.
   *
   * @param required whether wiring must prove that every completed frame has it
   */
  public record Output(String name, TensorRef from, boolean required) {}

  /**
   * A switch that operators flip while frames flow.
   *
   * @param on its position at start
   * @param stickyBy request attribute whose equal values have it alike, where it is on for a share
   */
  public record Gate(String name, boolean on, String stickyBy, String summary) {}

  /**
   * An A/B split of the frames that reach one step.
   *
   * @param stickyBy request attribute whose equal values meet the same arm, such as {@code session}
   */
  public record Split(String name, String step, String stickyBy, List<Arm> arms) {
    public Split {
      arms = List.copyOf(arms);
    }
  }

  /**
   * One side of a split.
   *
   * @param stage another stage of the same ABI; empty for the step's own
   * @param variant variant of that stage; empty for the step's, or the other stage's default
   * @param weight share of the traffic relative to the other arms, at least 0
   */
  public record Arm(String name, Optional<String> stage, Optional<String> variant, int weight) {}

  public Optional<Step> step(String step) {
    return steps.stream().filter(candidate -> candidate.name().equals(step)).findFirst();
  }
}
