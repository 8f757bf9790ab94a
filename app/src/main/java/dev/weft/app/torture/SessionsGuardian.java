package dev.weft.app.torture;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.session.Feeder;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.fabric.session.TenantContexts;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** An actor system with sessions on an embedded journal: fed in a victim, asked in its parent. */
final class SessionsGuardian implements AutoCloseable {

  /** The sessions of every victim. */
  static final List<String> SESSIONS = List.of("cam-1", "cam-2", "cam-3", "cam-4");

  private static final SignalSchema NO_SIGNALS = new SignalSchema(Map.of());
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int CONTEXT_BYTES_MAX = 1000;

  private final Journal journal;
  private final ActorSystem<Void> system;
  private final CompletableFuture<Map<String, ActorRef<SessionEntity.Command>>> sessions =
      new CompletableFuture<>();

  private SessionsGuardian(Path folder, Feed feed) {
    var settings = new JournalSettings.Embedded(folder, Duration.ofSeconds(5));
    this.journal = Journal.open(settings);
    this.system = ActorSystem.create(guardian(sessions, feed), "sessions", config(settings));
  }

  /** Spawns what feeds a session. */
  private interface Feed {
    void begin(ActorContext<Void> context, String id, ActorRef<SessionEntity.Command> session);
  }

  /** The sessions of a journal, waiting to be asked. */
  static SessionsGuardian at(Path folder) {
    return new SessionsGuardian(folder, (_, _, _) -> {});
  }

  /**
   * The sessions of a journal, each with somebody who feeds it.
   *
   * @param frames sends a session's next frame and takes who is told the hash of its record
   */
  static SessionsGuardian fed(
      Path folder, long epoch, BiConsumer<String, Consumer<String>> frames, Consumer<Said> out) {
    return new SessionsGuardian(
        folder,
        (context, id, session) ->
            context.spawn(FeederActor.create(id, epoch, session, frames, out), "feeder-" + id));
  }

  private static Behavior<Void> guardian(
      CompletableFuture<Map<String, ActorRef<SessionEntity.Command>>> sessions, Feed feed) {
    return Behaviors.setup(
        context -> {
          var rules = SessionRules.from(ConfigFactory.load());
          var tenants = new TenantContexts(CONTEXT_BYTES_MAX);
          var spawned = new LinkedHashMap<String, ActorRef<SessionEntity.Command>>();
          for (var id : SESSIONS) {
            var session =
                SessionEntity.create(
                    id,
                    () -> NO_SIGNALS,
                    rules,
                    tenants,
                    Feeder.untraced(1),
                    InstantSource.system());
            spawned.put(id, context.spawn(session, id));
          }
          sessions.complete(spawned);
          spawned.forEach((id, session) -> feed.begin(context, id, session));
          return Behaviors.empty();
        });
  }

  private static Config config(JournalSettings settings) {
    var defaults = ConfigFactory.load();
    return SessionRules.overlay(defaults)
        .withFallback(settings.overlay(defaults))
        .withFallback(defaults.getConfig("weft.fabric.akka").atPath("akka"))
        .withFallback(ConfigFactory.parseString("akka.loglevel = WARNING"))
        .withFallback(defaults)
        .resolve();
  }

  /** Waits until somebody ends this process. */
  void run() {
    system.getWhenTerminated().toCompletableFuture().join();
  }

  /**
   * How a session stands.
   *
   * @throws java.util.concurrent.CompletionException if it cannot say
   */
  SessionState state(String id) {
    var session = Objects.requireNonNull(sessions.join().get(id), id);
    return AskPattern.<SessionEntity.Command, StatusReply<SessionState>>ask(
            session, SessionEntity.Tell::new, PATIENCE, system.scheduler())
        .toCompletableFuture()
        .thenApply(StatusReply::getValue)
        .join();
  }

  @Override
  public void close() {
    system.terminate();
    system
        .getWhenTerminated()
        .toCompletableFuture()
        .completeOnTimeout(akka.Done.getInstance(), PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
    journal.close();
  }
}
