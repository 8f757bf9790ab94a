package dev.weft.fabric.pipeline;

import dev.weft.fabric.routing.TrialShare;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** What happened at a step on trial. */
public sealed interface TrialEvent {

  String step();

  /** The frame it happened to. */
  FrameName frame();

  /** What was on trial for that frame, which by now may be over. */
  OnTrial onTrial();

  /**
   * A frame as a trace knows it.
   *
   * @param session empty if it belongs to none
   * @param number within the process that ran it
   */
  record FrameName(String pipeline, String session, long number) {}

  /**
   * A candidate and its share when a frame was let in.
   *
   * @param candidate the variant
   * @param share empty if it had nothing of the traffic
   */
  record OnTrial(String candidate, Optional<TrialShare> share) {}

  /**
   * An arm ran for a frame that is answered with it.
   *
   * @param isCandidate whether it was the candidate's
   * @param error why it failed; empty if it did not, as is {@code message}
   */
  record Ran(
      String step,
      FrameName frame,
      OnTrial onTrial,
      boolean isCandidate,
      RunTimes times,
      Optional<ErrorCode> error,
      String message)
      implements TrialEvent {}

  /**
   * A frame's deadline passed before the arm that was to answer it had ended, or had even begun; or
   * it was not begun, as it could not have ended in time.
   *
   * @param hasBegun whether it was begun; if not, it tells of what ran before it more than of the
   *     arm
   */
  record Late(String step, FrameName frame, OnTrial onTrial, boolean isCandidate, boolean hasBegun)
      implements TrialEvent {}

  /**
   * Both arms ran the same inputs. The tensors are lent until the observer returns.
   *
   * @param isAnsweredByCandidate which of the two the caller is answered with; the other ran in the
   *     shadow
   * @param stable outputs in the order of the step's signature, as are {@code candidate}'s
   * @param stableTimes of the run, as {@code candidateTimes}
   */
  record Compared(
      String step,
      FrameName frame,
      OnTrial onTrial,
      boolean isAnsweredByCandidate,
      List<Tensor> stable,
      List<Tensor> candidate,
      RunTimes stableTimes,
      RunTimes candidateTimes)
      implements TrialEvent {}

  /**
   * The arm in the shadow was to run and gave nothing.
   *
   * @param isCandidate whether it was the candidate's
   * @param error why it failed; empty if it was not run for want of time or room
   */
  record Missed(
      String step,
      FrameName frame,
      OnTrial onTrial,
      boolean isCandidate,
      Optional<ErrorCode> error,
      String message)
      implements TrialEvent {}

  /** Is told of the trials of a pipeline, on inference loops: must not wait. */
  @FunctionalInterface
  interface Observer {
    void on(TrialEvent event);
  }
}
