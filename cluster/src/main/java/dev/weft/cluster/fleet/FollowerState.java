package dev.weft.cluster.fleet;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All that a node keeps of the fleet's rollouts, by stage. Immutable. */
record FollowerState(Map<String, Following> stages) {

  FollowerState {
    stages = Collections.unmodifiableMap(new TreeMap<>(stages));
  }

  static FollowerState none() {
    return new FollowerState(Map.of());
  }

  /** The state after {@code event}. */
  FollowerState on(FollowerEvent event) {
    return switch (event) {
      case FollowerEvent.Taken taken -> {
        var next = new TreeMap<>(stages);
        next.put(taken.stage(), Following.after(find(taken.stage()), taken));
        yield new FollowerState(next);
      }
    };
  }

  Optional<Following> find(String stage) {
    return Optional.ofNullable(stages.get(stage));
  }

  /**
   * A region says something.
   *
   * @param number of the node's latest rollout of the stage; 0 for none
   * @return what is to be stored; empty if it is no later than what was taken
   */
  Optional<FollowerEvent> take(Instruction instruction, long number) {
    return find(instruction.stage()).map(kept -> kept.isBefore(instruction)).orElse(true)
        ? Optional.of(
            new FollowerEvent.Taken(
                instruction.stage(),
                instruction.epoch(),
                instruction.region().text(),
                instruction.order(),
                instruction.variant(),
                instruction.takenBack(),
                number))
        : Optional.empty();
  }

  /** The fewest events that lead to it. */
  List<FollowerEvent> events() {
    return stages.values().stream()
        .flatMap(kept -> kept.events().stream())
        .map(FollowerEvent.class::cast)
        .toList();
  }
}
