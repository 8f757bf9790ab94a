package dev.weft.fabric.session;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.RecipientRef;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Where the sessions of a node live: all on it, or spread over the nodes of its site. Named by
 * {@code weft.fabric.session.placement}; made with a constructor without arguments.
 */
public interface Placement {

  /**
   * What a placement needs to have entities.
   *
   * @param session makes the entity of a session
   * @param awake how many are in memory, and for how long
   * @param nanos monotonic time
   */
  record Entities(
      Function<String, Behavior<SessionEntity.Command>> session,
      AwakeRules awake,
      LongSupplier nanos) {}

  /** What this node is called in its cluster; empty outside of one. */
  String node(ActorSystem<?> system);

  /** Starts to hand each request to the entity of its session. */
  RecipientRef<SessionsActor.For> start(ActorSystem<?> system, Entities entities);
}
