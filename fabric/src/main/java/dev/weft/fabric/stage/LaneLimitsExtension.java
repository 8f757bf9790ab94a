package dev.weft.fabric.stage;

import akka.actor.AbstractExtensionId;
import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Carries a stage's queue limits from whoever spawns its actor to the actor's mailbox, which Akka
 * makes from configuration alone.
 */
final class LaneLimitsExtension implements Extension {

  private static final Id ID = new Id();

  private final Map<String, QueueLimits> byActorName = new ConcurrentHashMap<>();

  static LaneLimitsExtension of(ActorSystem system) {
    return ID.get(system);
  }

  /** Sets the limits of the actor that will be spawned under this name. */
  void announce(String actorName, QueueLimits limits) {
    byActorName.put(actorName, limits);
  }

  /** The limits announced for this name, once; the defaults if there are none. */
  QueueLimits take(String actorName) {
    var limits = byActorName.remove(actorName);
    return limits == null ? QueueLimits.defaults() : limits;
  }

  private static final class Id extends AbstractExtensionId<LaneLimitsExtension> {
    @Override
    public LaneLimitsExtension createExtension(ExtendedActorSystem system) {
      return new LaneLimitsExtension();
    }
  }
}
