package dev.weft.fabric.replay;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a replay found.
 *
 * @param frames in the trace
 * @param replayed of them, run again to where they had come
 * @param notReplayed counts by reason
 * @param lost what is not in the trace, as far as it tells
 * @param runs of steps that were done again
 * @param equalRuns of them, those whose outputs had the digests recorded
 * @param incompleteBatches runs whose batch could not be rebuilt, as a frame of it is not there
 * @param first where it first went another way; empty if it never did
 * @param outputs per output, how close it came
 * @param changed decisions that came out differently, counted, in words
 * @param fingerprints what differs between here and where it was recorded; empty if nothing
 */
public record ReplayReport(
    long frames,
    long replayed,
    Map<String, Long> notReplayed,
    Lost lost,
    long runs,
    long equalRuns,
    long incompleteBatches,
    Optional<Divergence> first,
    List<OutputDrift> outputs,
    Map<String, Long> changed,
    List<String> fingerprints) {

  public ReplayReport {
    notReplayed = Map.copyOf(notReplayed);
    outputs = List.copyOf(outputs);
    changed = Map.copyOf(changed);
    fingerprints = List.copyOf(fingerprints);
  }

  /**
   * What is not in a trace that was.
   *
   * @param frames that were not recorded
   * @param records that the buffer dropped or deleted: frames, and what they refer to
   * @param unknown gaps of which nobody knows how much was in them, such as after a hard stop
   * @param damages places from which on nothing could be read
   * @param damaged the first of them
   */
  public record Lost(long frames, long records, long unknown, long damages, List<String> damaged) {

    public Lost {
      damaged = List.copyOf(damaged);
    }

    public boolean isNothing() {
      return frames == 0 && records == 0 && damages == 0;
    }
  }

  /**
   * The first step that gave something else.
   *
   * @param what of the step, for example {@code output 'y'}
   */
  public record Divergence(
      String pipeline, long epoch, long frame, String step, String stage, String what) {}

  /**
   * How close one output of a pipeline came.
   *
   * @param worst class that all its frames meet
   * @param frames compared
   * @param exact of them
   * @param largest greatest absolute difference of an element, as far as it can be told
   */
  public record OutputDrift(
      String pipeline, String output, Tolerance worst, long frames, long exact, double largest) {}

  /** Whether everything that was run again came out as recorded. */
  public boolean isExact() {
    return first.isEmpty()
        && changed.isEmpty()
        && outputs.stream().allMatch(output -> output.worst() == Tolerance.EXACT);
  }

  /** Whether all that the trace knows of was run again. */
  public boolean isWhole() {
    return replayed == frames && lost.isNothing();
  }

  /** Whether it had to be exact: nothing that decides bits differs, and every batch was rebuilt. */
  public boolean mustBeExact() {
    return fingerprints.isEmpty() && incompleteBatches == 0;
  }
}
