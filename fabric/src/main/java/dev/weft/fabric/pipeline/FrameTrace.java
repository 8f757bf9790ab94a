package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Plan.OutputSlot;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.Quality.Degraded;
import dev.weft.fabric.routing.Switches;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * What one frame leaves to be recorded: its tensors, on leases of their own, and what became of its
 * steps. Belongs to the frame's loop until it is given to a {@link FrameRecorder}, and then to
 * that.
 */
public final class FrameTrace implements AutoCloseable {

  private final FrameRecorder recorder;
  private final Capture capture;
  private final Plan plan;
  private final @Nullable Tensor[] inputs;
  private final List<Run> runs = new ArrayList<>();
  private final List<Out> outputs = new ArrayList<>();
  private List<Skipped> skipped = List.of();
  private List<Degraded> degraded = List.of();
  private @Nullable Admission admitted;
  private Instant admittedAt = Instant.EPOCH;
  private long seed;
  private Optional<Answer> answer = Optional.empty();
  private long bytes;

  /**
   * One run of a step.
   *
   * @param outputs in the order of the step's signature; empty if it failed
   * @param error empty if it did not fail
   */
  public record Run(
      PlanStep step, int arm, List<Tensor> outputs, RunTimes times, Optional<ErrorCode> error) {}

  /** One output of the pipeline. */
  public record Out(String name, Tensor tensor) {}

  /**
   * @param inputs in the order of the manifest, some of them absent; retained here
   */
  FrameTrace(FrameRecorder recorder, Capture capture, Plan plan, @Nullable Tensor[] inputs) {
    this.recorder = recorder;
    this.capture = capture;
    this.plan = plan;
    this.inputs = inputs.clone();
    for (var input : this.inputs) {
      if (input != null) {
        kept(input);
      }
    }
  }

  void ran(PlanStep step, int arm, List<Tensor> given, RunTimes times) {
    given.forEach(this::kept);
    runs.add(new Run(step, arm, List.copyOf(given), times, Optional.empty()));
  }

  void failed(PlanStep step, int arm, ErrorCode code, RunTimes times) {
    runs.add(new Run(step, arm, List.of(), times, Optional.of(code)));
  }

  /** Takes note of the frame's end, before it lets go of its tensors. */
  void left(Frame frame, Course course, List<OutputSlot> declared, TensorSlots slots) {
    admitted = frame.admitted();
    admittedAt = frame.admittedAt();
    seed = frame.seed();
    skipped = course.skipped();
    degraded = course.degraded();
    for (var output : declared) {
      var tensor = slots.at(output.slot());
      if (tensor != null) {
        kept(tensor);
        outputs.add(new Out(output.name(), tensor));
      }
    }
  }

  /** Gives this to the recorder as soon as the answer is out. */
  void recordWhen(PendingAnswer given) {
    given.whenComplete(
        (outcome, problem) -> {
          answer = Optional.ofNullable(outcome);
          if (problem instanceof CancellationException) {
            answer = Optional.of(new Answer.Failed(ErrorCode.CANCELLED, "", Timings.none()));
          }
          recorder.ended(this);
        });
  }

  private void kept(Tensor tensor) {
    tensor.retain();
    bytes += tensor.byteSize();
  }

  public Capture capture() {
    return capture;
  }

  public Plan plan() {
    return plan;
  }

  public long number() {
    return admission().number();
  }

  public Lane lane() {
    return admission().lane();
  }

  public Map<String, String> attributes() {
    return admission().attributes();
  }

  /** What a choice sticks to: the value of {@code attribute}, or the frame's own number. */
  public String key(String attribute) {
    return admission().key(attribute);
  }

  /** Rules of gates and weights that the frame was admitted with. */
  public Switches switches() {
    return admission().switches();
  }

  public List<String> unpaired() {
    return admission().unpaired();
  }

  /** When it was admitted, on the fabric's monotonic clock. */
  public long admittedNanos() {
    return admission().nanos();
  }

  /** From its admission to its deadline, in nanoseconds. */
  public long budgetNanos() {
    return admission().deadlineNanos() - admission().nanos();
  }

  /** When it was admitted, as its stages were told. */
  public Instant admittedAt() {
    return admittedAt;
  }

  public long seed() {
    return seed;
  }

  /** In the order of the manifest; null where the request brought none. */
  public @Nullable Tensor input(int position) {
    return inputs[position];
  }

  /** In the order they ended. */
  public List<Run> runs() {
    return runs;
  }

  public List<Skipped> skipped() {
    return skipped;
  }

  public List<Degraded> degraded() {
    return degraded;
  }

  /** The pipeline's outputs that there were, whether or not the answer had them. */
  public List<Out> outputs() {
    return outputs;
  }

  /** What the caller was told; its own tensors may be closed. */
  public Optional<Answer> answer() {
    return answer;
  }

  /** Size of all tensors held, in bytes. */
  public long bytes() {
    return bytes;
  }

  /** Lets go of the tensors. */
  @Override
  public void close() {
    for (var input : inputs) {
      if (input != null) {
        input.close();
      }
    }
    runs.forEach(run -> run.outputs().forEach(Tensor::close));
    outputs.forEach(output -> output.tensor().close());
  }

  private Admission admission() {
    var known = admitted;
    if (known == null) {
      throw new IllegalStateException("the frame has not ended");
    }
    return known;
  }
}
