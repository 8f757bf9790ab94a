package dev.weft.fabric.session;

import akka.actor.DeadLetter;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The sessions of a node that are awake: wakes each when it is asked something, and has it sleep
 * after a time without requests or when too many others are awake. Its state is in the journal
 * meanwhile. A request that comes while a session falls asleep waits and wakes it again; one that a
 * session did not come to before it failed is answered here.
 */
public final class SessionsActor extends AbstractOnMessageBehavior<SessionsActor.Command> {

  public sealed interface Command {}

  /**
   * Something that is asked of one session.
   *
   * @param site at which it is, if who asks was told; empty for its home
   */
  public record For(String session, SessionEntity.Request request, String site) implements Command {

    public For(String session, SessionEntity.Request request) {
      this(session, request, "");
    }
  }

  private record Asleep(String session) implements Command {}

  private record Undelivered(Object message) implements Command {}

  private enum Round implements Command {
    INSTANCE
  }

  private static final int ROUNDS_PER_REST = 4;

  /** A session that is awake, or on its way to sleep. */
  private static final class Awake {
    final ActorRef<SessionEntity.Command> entity;
    final Queue<SessionEntity.Request> behind = new ArrayDeque<>();
    boolean isStopping;
    long askedAt;

    Awake(ActorRef<SessionEntity.Command> entity) {
      this.entity = entity;
    }
  }

  private final Function<String, Behavior<SessionEntity.Command>> sessions;
  private final AwakeRules rules;
  private final LongSupplier nanos;
  // The one that was asked longest ago comes first.
  private final Map<String, Awake> awake = new LinkedHashMap<>(16, 0.75f, true);
  private int stopping;

  /**
   * @param sessions makes the entity of an id
   * @param nanos monotonic time
   */
  public static Behavior<Command> create(
      Function<String, Behavior<SessionEntity.Command>> sessions,
      AwakeRules rules,
      LongSupplier nanos) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(
                      Round.INSTANCE, rules.idleAfter().dividedBy(ROUNDS_PER_REST));
                  return new SessionsActor(context, sessions, rules, nanos);
                }));
  }

  private SessionsActor(
      ActorContext<Command> context,
      Function<String, Behavior<SessionEntity.Command>> sessions,
      AwakeRules rules,
      LongSupplier nanos) {
    super(context);
    this.sessions = sessions;
    this.rules = rules;
    this.nanos = nanos;
    var undelivered =
        context.messageAdapter(DeadLetter.class, letter -> new Undelivered(letter.message()));
    context
        .getSystem()
        .eventStream()
        .tell(new EventStream.Subscribe<>(DeadLetter.class, undelivered));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case For(var session, var request, _) -> onRequest(session, request);
      case Asleep(var session) -> onAsleep(session);
      case Undelivered(var message) -> onUndelivered(message);
      case Round _ -> putIdleToSleep();
    }
    return this;
  }

  private void onRequest(String session, SessionEntity.Request request) {
    var known = awake.get(session);
    if (known == null) {
      makeRoom();
      if (awake.size() >= rules.awakeMax() + rules.fallingAsleepMax()) {
        refuse(
            request,
            "sessions: %d are awake or about to sleep (expected: < %d)"
                .formatted(awake.size(), rules.awakeMax() + rules.fallingAsleepMax()));
        return;
      }
      known = wake(session);
    }
    known.askedAt = nanos.getAsLong();
    if (!known.isStopping) {
      known.entity.tell(request);
    } else if (known.behind.size() < rules.behindMax()) {
      known.behind.add(request);
    } else {
      refuse(
          request,
          "session '%s': %d requests wait until it wakes (expected: < %d)"
              .formatted(session, known.behind.size(), rules.behindMax()));
    }
  }

  private Awake wake(String session) {
    var entity = getContext().spawnAnonymous(sessions.apply(session));
    getContext().watchWith(entity, new Asleep(session));
    var woken = new Awake(entity);
    awake.put(session, woken);
    return woken;
  }

  /** Also of one that stopped by itself, as when its journal failed. */
  private void onAsleep(String session) {
    var ended = awake.remove(session);
    if (ended == null) {
      return;
    }
    if (ended.isStopping) {
      stopping--;
    }
    if (!ended.behind.isEmpty()) {
      var woken = wake(session);
      woken.askedAt = ended.askedAt;
      ended.behind.forEach(woken.entity::tell);
    }
  }

  /** What was in the mailbox of a session that failed, or came to it after. */
  private static void onUndelivered(Object message) {
    if (message instanceof SessionEntity.Request request) {
      request
          .replyTo()
          .tell(
              StatusReply.error(
                  new SessionException(
                      SessionRefusal.STOPPED,
                      "the session stopped before it came to the request")));
    }
  }

  private void makeRoom() {
    if (awake.size() - stopping < rules.awakeMax()) {
      return;
    }
    for (var each : awake.values()) {
      if (!each.isStopping) {
        stop(each);
        return;
      }
    }
  }

  private void putIdleToSleep() {
    var before = nanos.getAsLong() - rules.idleAfter().toNanos();
    var idle = new ArrayList<Awake>();
    for (var each : awake.values()) {
      if (each.askedAt - before > 0) {
        break;
      }
      if (!each.isStopping) {
        idle.add(each);
      }
    }
    idle.forEach(this::stop);
  }

  private void stop(Awake session) {
    session.isStopping = true;
    stopping++;
    session.entity.tell(SessionEntity.Stop.INSTANCE);
  }

  private static void refuse(SessionEntity.Request request, String why) {
    request.replyTo().tell(StatusReply.error(new SessionException(SessionRefusal.BUSY, why)));
  }
}
