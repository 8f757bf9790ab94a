package dev.weft.supervisor.rollout;

import java.time.Instant;
import java.util.List;

/** Is told how rollouts go, on a controller's thread: must not wait for long. */
public interface RolloutListener {

  /** Events are durable; {@code after} is the state after them. */
  void happened(List<RolloutEvent> events, RolloutState after);

  /** What the analysis says now; about once a second while a rollout is under way. */
  void stands(RolloutState state, Judgement judgement, Instant at);

  /** Tells nobody. */
  static RolloutListener none() {
    return new RolloutListener() {
      @Override
      public void happened(List<RolloutEvent> events, RolloutState after) {}

      @Override
      public void stands(RolloutState state, Judgement judgement, Instant at) {}
    };
  }
}
