package dev.weft.cluster.fleet;

import java.util.List;

/** What a fleet's record answers to a request. */
sealed interface FleetDecision {

  /** It is so, by these events; none if it was so before. */
  record Accept(List<FleetEvent> events) implements FleetDecision {

    public Accept {
      events = List.copyOf(events);
    }
  }

  /** It cannot be. */
  record Refuse(String why) implements FleetDecision {}
}
