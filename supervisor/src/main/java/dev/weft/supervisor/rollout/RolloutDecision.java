package dev.weft.supervisor.rollout;

import java.util.List;

/** What a rollout answers to what is asked of it. */
public sealed interface RolloutDecision {

  /** Yes; these events make it so. None if it is so already, as when a caller asks again. */
  record Accept(List<RolloutEvent> events) implements RolloutDecision {
    public Accept {
      events = List.copyOf(events);
    }
  }

  /** No, and why. */
  record Refuse(RolloutRefusal refusal, String why) implements RolloutDecision {}

  static RolloutDecision accept(RolloutEvent... events) {
    return new Accept(List.of(events));
  }

  static RolloutDecision refuse(RolloutRefusal refusal, String why) {
    return new Refuse(refusal, why);
  }
}
