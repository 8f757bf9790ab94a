package dev.weft.sim.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import dev.weft.fabric.node.NodeGuardian;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.fabric.session.TenantContexts;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The root of a simulated node: the data plane, and the sessions that were asked for. */
final class SiteGuardian extends AbstractOnMessageBehavior<SiteGuardian.Command> {

  sealed interface Command {}

  /** For the data plane. */
  record Fabric(NodeGuardian.Command command) implements Command {}

  /** For a session, which starts if it does not run. */
  record Session(
      String id,
      Function<ActorRef<StatusReply<SessionState>>, SessionEntity.Request> request,
      ActorRef<StatusReply<SessionState>> replyTo)
      implements Command {}

  private record SessionEnded(String id) implements Command {}

  private final ActorRef<NodeGuardian.Command> fabric;
  private final SignalSchema signals;
  private final SessionRules rules;
  private final TenantContexts tenants;
  private final InstantSource clock;
  private final Map<String, ActorRef<SessionEntity.Command>> sessions = new HashMap<>();
  private long spawned;

  static Behavior<Command> create(
      Behavior<NodeGuardian.Command> fabric,
      SignalSchema signals,
      SessionRules rules,
      InstantSource clock) {
    return Behaviors.setup(context -> new SiteGuardian(context, fabric, signals, rules, clock));
  }

  private SiteGuardian(
      ActorContext<Command> context,
      Behavior<NodeGuardian.Command> fabric,
      SignalSchema signals,
      SessionRules rules,
      InstantSource clock) {
    super(context);
    this.fabric = context.spawn(fabric, "fabric");
    this.signals = signals;
    this.rules = rules;
    this.tenants = new TenantContexts(rules.tenantContextBytesMax());
    this.clock = clock;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Fabric(var asked) -> fabric.tell(asked);
      case Session(var id, var request, var replyTo) ->
          sessions.computeIfAbsent(id, this::start).tell(request.apply(replyTo));
      case SessionEnded(var id) -> sessions.remove(id);
    }
    return this;
  }

  private ActorRef<SessionEntity.Command> start(String id) {
    var entity =
        getContext()
            .spawn(
                SessionEntity.create(id, signals, rules, tenants, clock),
                "session-%s-%d".formatted(id, spawned++));
    getContext().watchWith(entity, new SessionEnded(id));
    return entity;
  }
}
