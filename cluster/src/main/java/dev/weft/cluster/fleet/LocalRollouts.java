package dev.weft.cluster.fleet;

import dev.weft.cluster.artifact.ArtifactLink;
import dev.weft.fabric.manifest.Residency;
import java.util.concurrent.CompletionStage;

/**
 * The rollouts of this node, which has gates of its own. Threadsafe; no method waits, and what is
 * refused completes with an exception that says why.
 */
public interface LocalRollouts {

  /** How the latest of a stage stands. */
  CompletionStage<LocalRollout> latest(String stage);

  /** What became of an order to begin. */
  sealed interface Beginning {

    /** The rollout has begun. */
    record Begun() implements Beginning {}

    /**
     * The candidate's model is being brought; the same order, when it is there, begins.
     *
     * @param progress how much of it is there, for people
     */
    record Bringing(String progress) implements Beginning {}
  }

  /** Begins the one that is ordered; has its candidate brought first where that is not here. */
  CompletionStage<Beginning> start(Instruction begin);

  /** Brings no model of a stage any more; what has come of one stays. */
  void stopBringing(String stage);

  /** Takes the latest back, whether it is under way or promoted. */
  CompletionStage<?> takeBack(String stage, String why);

  /**
   * Has none go to its next step without being allowed to; failures are taken back all the same.
   */
  void advanceIf(Permission permission);

  /** Has models come over this from now on. */
  void bringBy(ArtifactLink link);

  /**
   * Where a file may be that was brought here, as its region said; anywhere for any other.
   *
   * @param sha256 its digest in lower-case hex
   */
  Residency residency(String sha256);

  /** Whether a rollout may go to its next step now. Asked on any thread, answers at once. */
  @FunctionalInterface
  interface Permission {
    boolean mayAdvance(String stage, long number, String candidate);
  }
}
