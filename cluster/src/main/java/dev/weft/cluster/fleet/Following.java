package dev.weft.cluster.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node keeps of the fleet's rollouts of one stage.
 *
 * @param epoch the highest that it took
 * @param region whose it is
 * @param order the last of that epoch
 * @param takenBack epochs of which nothing may stay here
 * @param begins orders to begin from which the latest or the next rollout of this node may come,
 *     oldest first; at most two
 */
record Following(
    String stage,
    long epoch,
    String region,
    Order order,
    String variant,
    List<Long> takenBack,
    List<Begin> begins) {

  /**
   * An order to begin.
   *
   * @param after number of the node's latest rollout of the stage when it came
   */
  record Begin(long epoch, String variant, long after) {

    /** Whether a rollout of this node is the one that was ordered. */
    boolean isOf(long number, String candidate) {
      return number == after + 1 && candidate.equals(variant);
    }
  }

  Following {
    takenBack = List.copyOf(takenBack);
    begins = List.copyOf(begins);
  }

  /** After {@code taken}, on what was kept before. */
  static Following after(Optional<Following> before, FollowerEvent.Taken taken) {
    var begins = new ArrayList<Begin>();
    before.ifPresent(
        kept ->
            kept.begins().stream()
                .filter(begin -> begin.after() + 1 == taken.number())
                .forEach(begins::add));
    if (taken.order() == Order.BEGIN) {
      begins.add(new Begin(taken.epoch(), taken.variant(), taken.number()));
    }
    return new Following(
        taken.stage(),
        taken.epoch(),
        taken.region(),
        taken.order(),
        taken.variant(),
        taken.takenBack(),
        begins);
  }

  /** Whether an instruction is later than what was taken. */
  boolean isBefore(Instruction instruction) {
    return epoch < instruction.epoch()
        || epoch == instruction.epoch()
            && region.equals(instruction.region().text())
            && order.compareTo(instruction.order()) < 0;
  }

  /** Whether an instruction is what was taken last. */
  boolean isOf(Instruction instruction) {
    return epoch == instruction.epoch()
        && region.equals(instruction.region().text())
        && order == instruction.order();
  }

  /** The order that a rollout of this node follows; empty if somebody else started it. */
  Optional<Begin> origin(long number, String candidate) {
    return begins.stream().filter(begin -> begin.isOf(number, candidate)).findFirst();
  }

  /** The order to begin of the epoch that counts; empty if there is none. */
  Optional<Begin> begin() {
    return begins.stream().filter(begin -> begin.epoch() == epoch).findFirst();
  }

  /** The fewest events that lead to it. */
  List<FollowerEvent.Taken> events() {
    var events = new ArrayList<FollowerEvent.Taken>();
    for (var begin : begins) {
      events.add(taken(begin.epoch(), Order.BEGIN, begin.variant(), begin.after()));
    }
    if (begins.isEmpty() || begins.getLast().epoch() != epoch || order != Order.BEGIN) {
      var number = begins.isEmpty() ? 0 : begins.getLast().after() + 1;
      events.add(taken(epoch, order, variant, number));
    }
    return events;
  }

  private FollowerEvent.Taken taken(long of, Order ordered, String to, long number) {
    return new FollowerEvent.Taken(stage, of, region, ordered, to, takenBack, number);
  }
}
