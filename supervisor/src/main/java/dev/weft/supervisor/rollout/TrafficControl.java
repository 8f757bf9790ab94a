package dev.weft.supervisor.rollout;

import dev.weft.fabric.pipeline.TrialEvent;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where a rollout's will is done: the steps of one stage on the nodes that run it. Threadsafe. */
public interface TrafficControl {

  /**
   * Brings every step to {@code wanted}; asking the same again changes nothing.
   *
   * @return done when frames that come meet it; fails if that could not be at some step, which
   *     keeps no other from it
   */
  CompletionStage<Void> apply(Traffic wanted);

  /**
   * Has frames that come from now on answered by what answered them before the rollout, at once and
   * whatever {@link #apply} wants, until {@link #admit}.
   *
   * @param isPromoted whether the candidate is the stable variant by now
   */
  void takeBack(boolean isPromoted);

  /** Ends what {@link #takeBack} began; what is wanted holds when it is applied next. */
  void admit();

  /** Why {@code wanted} can be brought about nowhere now; empty if it can. */
  default Optional<String> obstacle(Traffic wanted) {
    return Optional.empty();
  }

  /**
   * Has recorded frames of this stage run by both variants, in the shadow and one at a time; asking
   * the same again changes nothing.
   *
   * @param wanted empty to end it
   */
  default void rerun(Optional<StoredFrames> wanted) {}

  /** Tells {@code observer} of the trials of this stage, and nobody else any more. */
  void observe(TrialEvent.Observer observer);
}
