package dev.weft.sim.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import dev.weft.fabric.node.NodeGuardian;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.session.AwakeRules;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionsActor;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.fabric.session.TenantContexts;
import java.time.Duration;
import java.util.function.Function;

/** The root of a simulated node: the data plane, and the sessions that were asked for. */
final class SiteGuardian extends AbstractOnMessageBehavior<SiteGuardian.Command> {

  sealed interface Command {}

  /** For the data plane. */
  record Fabric(NodeGuardian.Command command) implements Command {}

  /** For a session, which is woken if it sleeps. */
  record Session(
      String id,
      Function<ActorRef<StatusReply<SessionState>>, SessionEntity.Request> request,
      ActorRef<StatusReply<SessionState>> replyTo)
      implements Command {}

  /** Few and short, so that sessions fall asleep and wake all the time. */
  private static final AwakeRules AWAKE = new AwakeRules(2, 4, 64, Duration.ofSeconds(2));

  private final ActorRef<NodeGuardian.Command> fabric;
  private final ActorRef<SessionsActor.Command> sessions;

  static Behavior<Command> create(
      Behavior<NodeGuardian.Command> fabric,
      SignalSchema signals,
      SessionRules rules,
      FabricClock clock) {
    return Behaviors.setup(context -> new SiteGuardian(context, fabric, signals, rules, clock));
  }

  private SiteGuardian(
      ActorContext<Command> context,
      Behavior<NodeGuardian.Command> fabric,
      SignalSchema signals,
      SessionRules rules,
      FabricClock clock) {
    super(context);
    this.fabric = context.spawn(fabric, "fabric");
    var tenants = new TenantContexts(rules.tenantContextBytesMax());
    this.sessions =
        context.spawn(
            SessionsActor.create(
                id -> SessionEntity.create(id, signals, rules, tenants, clock::instant),
                AWAKE,
                clock::nanos),
            "sessions");
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Fabric(var asked) -> fabric.tell(asked);
      case Session(var id, var request, var replyTo) ->
          sessions.tell(new SessionsActor.For(id, request.apply(replyTo)));
    }
    return this;
  }
}
