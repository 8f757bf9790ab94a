package dev.weft.cluster.fleet;

import java.util.concurrent.CompletionStage;

/**
 * The rollouts of this node, which has gates of its own. Threadsafe; no method waits, and what is
 * refused completes with an exception that says why.
 */
public interface LocalRollouts {

  /** How the latest of a stage stands. */
  CompletionStage<LocalRollout> latest(String stage);

  /**
   * Begins one.
   *
   * @param manifest the text that declares it
   */
  CompletionStage<?> start(String stage, String manifest);

  /** Takes the latest back, whether it is under way or promoted. */
  CompletionStage<?> takeBack(String stage, String why);

  /**
   * Has none go to its next step without being allowed to; failures are taken back all the same.
   */
  void advanceIf(Permission permission);

  /** Whether a rollout may go to its next step now. Asked on any thread, answers at once. */
  @FunctionalInterface
  interface Permission {
    boolean mayAdvance(String stage, long number, String candidate);
  }
}
