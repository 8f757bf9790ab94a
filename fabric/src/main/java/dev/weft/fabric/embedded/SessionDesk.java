package dev.weft.fabric.embedded;

import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.FrameRecorder;
import dev.weft.fabric.session.AwakeRules;
import dev.weft.fabric.session.FedSessions;
import dev.weft.fabric.session.FeederId;
import dev.weft.fabric.session.Placement;
import dev.weft.fabric.session.SessionBooks;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.SessionTrail;
import dev.weft.fabric.session.Sessions;
import dev.weft.fabric.session.SignalRegistry;
import dev.weft.fabric.session.TenantContexts;
import dev.weft.fabric.session.TrailFeeder;
import dev.weft.fabric.session.TrailRules;
import dev.weft.fabric.trace.SessionRecorder;
import dev.weft.stages.spi.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a node needs to have sessions: the actor that wakes them, and the trail that tells them of
 * their frames. Nothing of it is there while they are off.
 */
final class SessionDesk {

  private final SessionRules rules;
  private final AwakeRules awake;
  private final TrailRules trailRules;
  private final SignalRegistry signals;
  private final Placement placement;
  private final Duration patience;
  private final NodeJournal journal;
  private final Optional<SessionRecorder> recorder;
  private final FabricClock clock;
  private final FedSessions fed;
  private @Nullable SessionTrail trail;
  private @Nullable Cancellable rounds;

  private SessionDesk(
      Config config,
      NodeJournal journal,
      SignalRegistry signals,
      Optional<SessionRecorder> recorder,
      FabricClock clock) {
    this.journal = journal;
    this.signals = signals;
    this.recorder = recorder;
    this.clock = clock;
    this.rules = SessionRules.from(config);
    this.awake = AwakeRules.from(config);
    this.trailRules = TrailRules.from(config);
    this.placement = placement(config.getString("weft.fabric.session.placement"));
    this.fed = new FedSessions(awake.awakeMax(), clock::nanos);
    this.patience = config.getDuration("weft.fabric.session.answer-timeout");
  }

  /**
   * Made if sessions are on.
   *
   * @param journal that keeps them, and numbers this process, in which they are opened first
   * @param signals that clients may tell
   * @param recorder who tells what of a session is in the trace, if it is a {@link SessionRecorder}
   */
  static Optional<SessionDesk> open(
      Config config,
      NodeJournal journal,
      SignalRegistry signals,
      Optional<FrameRecorder> recorder,
      FabricClock clock) {
    return config.getBoolean("weft.fabric.session.enabled")
        ? Optional.of(
            new SessionDesk(
                config,
                journal,
                signals,
                recorder.filter(SessionRecorder.class::isInstance).map(SessionRecorder.class::cast),
                clock))
        : Optional.empty();
  }

  private static Placement placement(String name) {
    try {
      return Class.forName(name).asSubclass(Placement.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new WeftException(
          ErrorCode.FAILED_PRECONDITION,
          ("weft.fabric.session.placement: '%s' (expected: the name of a Placement with a"
                  + " constructor without arguments): %s")
              .formatted(name, e));
    }
  }

  /** Starts to take requests. */
  Sessions start(ActorSystem<?> system) {
    var tenants = new TenantContexts(rules.tenantContextBytesMax());
    var follower = new SessionTrail(trailRules, recorder.map(records -> records::mark));
    var feeder = new TrailFeeder(new FeederId(journal.epoch(), placement.node(system)), follower);
    var noting = fed.noting(feeder);
    var place =
        placement.start(
            system,
            new Placement.Entities(
                id ->
                    SessionEntity.create(
                        id, signals::schema, rules, tenants, noting, clock::instant),
                awake,
                clock::nanos));
    var all =
        new Sessions(place, system.scheduler(), patience)
            .with(new SessionBooks(fed, journal.sessions()));
    feeder.tellThrough(all);
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
    return all;
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
}
