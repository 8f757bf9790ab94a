package dev.weft.supervisor.rollout;

import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.supervisor.gate.Verdict;
import java.time.Instant;

/**
 * What one attempt at a step gathers and says. It is told of events on inference loops, and asked
 * on the thread of a controller: threadsafe.
 */
public interface Analysis {

  /** Takes an event into account; must not wait. */
  void on(TrialEvent event);

  /** Takes a recorded frame into account; on inference loops as well, and must not wait. */
  default void on(StoredRun run) {}

  /** Whether callers bring too few frames by now, so that recorded ones are to fill in. */
  default boolean wantsStored(Instant now) {
    return false;
  }

  /** How it stands. */
  Judgement judge(Instant now);

  /**
   * One that gathers nothing: before a promotion nothing passes that nobody can judge, and a watch
   * ends without a verdict.
   */
  static Analysis impossible(boolean isWatch, String why) {
    var judgement = Judgement.bare(isWatch ? Verdict.INSUFFICIENT : Verdict.FAIL, why);
    return new Analysis() {
      @Override
      public void on(TrialEvent event) {}

      @Override
      public Judgement judge(Instant now) {
        return judgement;
      }
    };
  }

  /** Begins one. */
  @FunctionalInterface
  interface Beginning {

    /**
     * @param course the step it is for, or the watch
     * @param isWatch whether the candidate has been promoted
     * @param alarm to be run, on whatever thread, at the first sign of what no evidence excuses
     */
    Analysis begin(Course course, boolean isWatch, Instant now, Runnable alarm);
  }
}
