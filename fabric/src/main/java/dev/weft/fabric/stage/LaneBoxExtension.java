package dev.weft.fabric.stage;

import akka.actor.AbstractExtensionId;
import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import dev.weft.fabric.lane.LaneBox;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Carries the queue of an actor from whoever spawns it to its mailbox, which Akka makes from
 * configuration alone.
 */
final class LaneBoxExtension implements Extension {

  private static final Id ID = new Id();

  /**
   * What an actor's mailbox is made of.
   *
   * @param endsSoon whether handling a message from the queue ends soon
   */
  record Announced(LaneBox<LaneMailbox.Laned> box, boolean endsSoon) {}

  private final Map<String, Announced> byActorName = new ConcurrentHashMap<>();

  static LaneBoxExtension of(ActorSystem system) {
    return ID.get(system);
  }

  /** Sets the queue of the actor that will be spawned under this name. */
  void announce(String actorName, Announced queue) {
    byActorName.put(actorName, queue);
  }

  /** The queue announced for this name, once; one with default bounds if there is none. */
  Announced take(String actorName) {
    var queue = byActorName.remove(actorName);
    return queue == null ? new Announced(new LaneBox<>(QueueLimits.defaults()), false) : queue;
  }

  private static final class Id extends AbstractExtensionId<LaneBoxExtension> {
    @Override
    public LaneBoxExtension createExtension(ExtendedActorSystem system) {
      return new LaneBoxExtension();
    }
  }
}
