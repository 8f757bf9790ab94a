package dev.weft.gateway.observatory;

import dev.weft.fabric.embedded.WeftException;
import java.util.List;
import java.util.Map;

/** The rollouts of this process, as operators ask of them. Threadsafe; a call may take a while. */
public interface RolloutDesk {

  /** What an operator may ask of a rollout that is there. */
  enum Verb {
    PAUSE,
    RESUME,
    PROMOTE,
    ABORT,
    UNDO
  }

  /** Tells {@code events} what happens to rollouts from now on. */
  void tell(Events events);

  /** The rollouts of all stages that had one: stage, phase, steps, gates, what is over. */
  List<Map<String, Object>> all();

  /**
   * The rollouts of a stage, and the figures of the last one over time, if they were kept.
   *
   * @throws WeftException if no step runs such a stage
   */
  Map<String, Object> one(String stage);

  /**
   * Does what is asked, and says how the rollout stands then.
   *
   * @param reason why, for the evidence
   * @throws WeftException if that cannot be done as things stand
   */
  Map<String, Object> act(String stage, Verb verb, String reason);
}
