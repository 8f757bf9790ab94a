package dev.weft.fabric.session;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.RecipientRef;

/** All sessions of a node live on it. */
public final class LocalPlacement implements Placement {

  @Override
  public String node(ActorSystem<?> system) {
    return "";
  }

  @Override
  public RecipientRef<SessionsActor.For> start(ActorSystem<?> system, Entities entities) {
    return system
        .systemActorOf(
            SessionsActor.create(entities.session(), entities.awake(), entities.nanos()),
            "sessions",
            Props.empty())
        .narrow();
  }
}
