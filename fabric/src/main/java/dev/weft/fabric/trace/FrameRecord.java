package dev.weft.fabric.trace;

import dev.weft.fabric.manifest.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One frame as it was recorded: what came in, what was decided, what came out.
 *
 * @param epoch of the process that ran it; numbers count within it
 * @param fingerprint id of the {@link Fingerprint} it ran under
 * @param manifestDigest of its pipeline
 * @param routing what gates and splits were decided by
 * @param steps what became of each step that was reached
 * @param cost time its runs took, its own part of shared ones
 * @param isDeferred whether it was recorded while the sink it is for could not be reached
 */
public record FrameRecord(
    String pipeline,
    String session,
    String tenant,
    long epoch,
    long number,
    Instant admittedAt,
    long admittedNanos,
    Duration budget,
    Lane lane,
    long seed,
    String fingerprint,
    String manifestDigest,
    Routing routing,
    List<String> unpaired,
    List<TensorRecord> inputs,
    List<StepRecord> steps,
    AnswerRecord answer,
    Duration cost,
    boolean isDeferred)
    implements TraceRecord {

  public FrameRecord {
    unpaired = List.copyOf(unpaired);
    inputs = List.copyOf(inputs);
    steps = List.copyOf(steps);
  }

  /**
   * What gates, splits and the way between nodes were decided by.
   *
   * @param sticky request attributes that splits and shares of gates stick to
   * @param gates whether each gate was on for the frame
   * @param rules why, in words, for gates that were not as declared
   * @param route why it ran on this node and not another; empty where nothing was routed
   */
  public record Routing(
      Map<String, String> sticky,
      Map<String, Boolean> gates,
      Map<String, String> rules,
      Map<String, List<Integer>> weights,
      String route) {
    public Routing {
      sticky = Map.copyOf(sticky);
      gates = Map.copyOf(gates);
      rules = Map.copyOf(rules);
      weights = Map.copyOf(weights);
    }
  }

  /**
   * What became of one step.
   *
   * @param arm position of the arm that ran
   * @param stage that ran; empty if none did, as is {@code variant}
   * @param batch numbers of the frames that shared the run, in the order of their rows; empty if
   *     none did
   * @param error code of its failure; empty if it did not fail
   */
  public record StepRecord(
      String name,
      Decision decision,
      int arm,
      String stage,
      String variant,
      List<TensorRecord> outputs,
      List<Long> batch,
      Duration queued,
      Duration ran,
      String error) {
    public StepRecord {
      outputs = List.copyOf(outputs);
      batch = List.copyOf(batch);
    }
  }

  /**
   * What the caller was told.
   *
   * @param reason name of the drop reason or error code; empty if completed
   */
  public record AnswerRecord(Kind kind, String reason, List<TensorRecord> outputs, Duration total) {
    public AnswerRecord {
      outputs = List.copyOf(outputs);
    }

    /** How a frame can end. */
    public enum Kind {
      COMPLETED,
      DROPPED,
      FAILED
    }
  }

  /** The same, deferred. */
  FrameRecord deferred() {
    return new FrameRecord(
        pipeline,
        session,
        tenant,
        epoch,
        number,
        admittedAt,
        admittedNanos,
        budget,
        lane,
        seed,
        fingerprint,
        manifestDigest,
        routing,
        unpaired,
        inputs,
        steps,
        answer,
        cost,
        true);
  }

  /** What became of the step of this name; empty if it was not reached. */
  public Optional<StepRecord> step(String name) {
    return steps.stream().filter(step -> step.name().equals(name)).findFirst();
  }
}
