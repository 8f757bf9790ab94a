package dev.weft.fabric.embedded;

import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import com.typesafe.config.Config;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.FrameRecorder;
import dev.weft.fabric.session.AwakeRules;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.SessionTrail;
import dev.weft.fabric.session.Sessions;
import dev.weft.fabric.session.SessionsActor;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.fabric.session.TenantContexts;
import dev.weft.fabric.session.TrailRules;
import dev.weft.fabric.trace.SessionRecorder;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a node needs to have sessions: the journal they are kept in, the actor that wakes them, and
 * the trail that tells them of their frames. Nothing of it is there while they are off.
 */
final class SessionDesk implements AutoCloseable {

  private final Config config;
  private final JournalSettings settings;
  private final SessionRules rules;
  private final AwakeRules awake;
  private final TrailRules trailRules;
  private final SignalSchema schema;
  private final Duration patience;
  private final Journal journal;
  private final long epoch;
  private final Optional<SessionRecorder> recorder;
  private final FabricClock clock;
  private @Nullable SessionTrail trail;
  private @Nullable Cancellable rounds;

  private SessionDesk(Config config, Optional<SessionRecorder> recorder, FabricClock clock) {
    this.config = config;
    this.recorder = recorder;
    this.clock = clock;
    this.settings = JournalSettings.from(config);
    this.rules = SessionRules.from(config);
    this.awake = AwakeRules.from(config);
    this.trailRules = TrailRules.from(config);
    this.schema = SignalSchema.from(config);
    this.patience = config.getDuration("weft.fabric.session.answer-timeout");
    this.journal = Journal.open(settings);
    this.epoch = firstEpoch(clock.instant().toEpochMilli());
  }

  private long firstEpoch(long now) {
    try {
      return journal.nextEpoch(now);
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  /**
   * Opens the journal, if sessions are on.
   *
   * @param recorder who tells what of a session is in the trace, if it is a {@link SessionRecorder}
   * @throws dev.weft.persistence.journal.JournalException if it cannot be used
   */
  static Optional<SessionDesk> open(
      Config config, Optional<FrameRecorder> recorder, FabricClock clock) {
    return config.getBoolean("weft.fabric.session.enabled")
        ? Optional.of(
            new SessionDesk(
                config,
                recorder.filter(SessionRecorder.class::isInstance).map(SessionRecorder.class::cast),
                clock))
        : Optional.empty();
  }

  /** The configuration for the actor system of a node with sessions. */
  Config overlay() {
    return SessionRules.overlay(config)
        .withFallback(settings.overlay(config))
        .withFallback(config)
        .resolve();
  }

  /** Starts to take requests. */
  Sessions start(ActorSystem<?> system) {
    var tenants = new TenantContexts(rules.tenantContextBytesMax());
    var actor =
        system.systemActorOf(
            SessionsActor.create(
                id -> SessionEntity.create(id, schema, rules, tenants, clock::instant),
                awake,
                clock::nanos),
            "sessions",
            Props.empty());
    var follower = new SessionTrail(trailRules, recorder.map(records -> records::mark));
    recorder.ifPresent(records -> records.follow(follower));
    trail = follower;
    rounds =
        system
            .scheduler()
            .scheduleAtFixedRate(
                trailRules.interval(),
                trailRules.interval(),
                follower::round,
                system.executionContext());
    return new Sessions(actor, system.scheduler(), epoch, patience, follower);
  }

  /** Has every session know what of it is in the trace; to be called when no frame runs. */
  CompletableFuture<Void> drain() {
    if (rounds != null) {
      rounds.cancel();
    }
    var recorded =
        recorder.map(SessionRecorder::settle).orElse(CompletableFuture.completedFuture(null));
    return recorded.thenCompose(
        _ -> trail == null ? CompletableFuture.completedFuture(null) : trail.drain());
  }

  /** Gives the journal back; the actor system must have ended. */
  @Override
  public void close() {
    journal.close();
  }
}
