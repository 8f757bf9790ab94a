package dev.weft.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.session.Feeder;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.fabric.session.TenantContexts;
import dev.weft.persistence.journal.JournalSettings;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Sessions on a real journal, each with a caller who asks again as soon as he is answered. */
final class SessionCallersGuardian implements AutoCloseable {

  private static final SignalSchema NO_SIGNALS = new SignalSchema(Map.of());
  private static final String HASH = "ab".repeat(32);

  private final LongAdder answers = new LongAdder();
  private final ActorSystem<Void> system;

  SessionCallersGuardian(JournalSettings journal, String name, int sessions) {
    var defaults = ConfigFactory.load();
    var config =
        SessionRules.overlay(defaults)
            .withFallback(journal.overlay(defaults))
            .withFallback(defaults.getConfig("weft.fabric.akka").atPath("akka"))
            .withFallback(ConfigFactory.parseString("akka.loglevel = ERROR"))
            .withFallback(defaults)
            .resolve();
    var rules = SessionRules.from(defaults);
    this.system = ActorSystem.create(guardian(rules, name, sessions), "sessions", config);
  }

  /** Answers so far. */
  long answers() {
    return answers.sum();
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  private Behavior<Void> guardian(SessionRules rules, String name, int sessions) {
    return Behaviors.setup(
        context -> {
          var tenants = new TenantContexts(rules.tenantContextBytesMax());
          for (var i = 0; i < sessions; i++) {
            var id = name + "-" + i;
            var session =
                context.spawn(
                    SessionEntity.create(
                        id,
                        () -> NO_SIGNALS,
                        rules,
                        tenants,
                        Feeder.untraced(1),
                        InstantSource.system()),
                    id);
            context.spawn(caller(session), "caller-" + i);
          }
          return Behaviors.empty();
        });
  }

  private Behavior<StatusReply<SessionState>> caller(ActorRef<SessionEntity.Command> session) {
    return Behaviors.setup(
        context -> {
          session.tell(new SessionEntity.Open("bench", 1, 0, context.getSelf()));
          return Behaviors.receiveMessage(
              reply -> {
                answers.increment();
                var next = reply.getValue().checkpoint().lastFrame() + 1;
                session.tell(
                    new SessionEntity.RecordFrames(1, next, next, HASH, context.getSelf()));
                return Behaviors.same();
              });
        });
  }
}
