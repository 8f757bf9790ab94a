package dev.weft.supervisor.rollout;

import dev.weft.fabric.pipeline.TrialEvent;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where a rollout's will is done: the steps of one stage on the nodes that run it. Threadsafe. */
public interface TrafficControl {

  /**
   * Brings every step to {@code wanted}; asking the same again changes nothing.
   *
   * @return done when frames that come meet it
   */
  CompletionStage<Void> apply(Traffic wanted);

  /** Takes all traffic from candidates at once, for the frames that come from now on. */
  void withdraw();

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
