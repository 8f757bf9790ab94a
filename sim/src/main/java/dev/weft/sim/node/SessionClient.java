package dev.weft.sim.node;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.fabric.session.SignalValue;
import dev.weft.sim.invariant.AcknowledgedKept;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.invariant.SessionModel;
import dev.weft.sim.invariant.SessionStep;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A session's client: does one thing after the other, asks again until it is answered, and holds
 * each answer against what must be so by then. Outlives the node it asks.
 */
public final class SessionClient {

  /** The signals it tells. */
  public static final SignalSchema SIGNALS =
      new SignalSchema(
          Map.of(
              "distance",
              new SignalSchema.Declared(
                  SignalSchema.Kind.NUMBER, Duration.ofMinutes(1), Double.BYTES)));

  public static final String STALE_EPOCH = "stale-epoch-refused";

  private static final String TENANT = "shop";
  private static final long BUDGET_MICROS = 1_000_000_000;
  private static final int OPEN_BLOCKS_MAX = 4;
  private static final int AMOUNT_MAX = 1_000;
  private static final Duration ASK_AGAIN = Duration.ofMillis(400);

  /** Refusals after which asking again is right. */
  private static final Set<SessionRefusal> PASSING =
      Set.of(SessionRefusal.BUSY, SessionRefusal.STOPPED, SessionRefusal.JOURNAL_FAILED);

  /**
   * One thing to do.
   *
   * @param step what it changes once it is answered
   * @param isStale whether it must be refused, as a feeder does it that has been replaced
   */
  private record Task(
      String name,
      Function<ActorRef<StatusReply<SessionState>>, SessionEntity.Request> request,
      Optional<SessionStep> step,
      boolean isStale) {}

  private final World world;
  private final Network network;
  private final Supplier<Optional<Node>> node;
  private final String host;
  private final String session;
  private final Findings findings;
  private final Duration pauseMean;
  private SessionModel model = SessionModel.none();
  private long asked;
  private long done;
  private Optional<Task> present = Optional.empty();
  private Duration since = Duration.ZERO;
  private boolean isEnding;

  /**
   * @param node its present life, unless it is down
   * @param host its name
   * @param pauseMean time between two things, on average
   */
  public SessionClient(
      World world,
      Network network,
      Supplier<Optional<Node>> node,
      String host,
      String session,
      Duration pauseMean,
      Findings findings) {
    this.world = world;
    this.network = network;
    this.node = node;
    this.host = host;
    this.session = session;
    this.pauseMean = pauseMean;
    this.findings = findings;
  }

  /** Begins. */
  public void start() {
    begin(open(1));
  }

  /** Has it do nothing new. */
  public void end() {
    isEnding = true;
  }

  public long done() {
    return done;
  }

  /** Checks that nothing is left that was not answered. */
  public void checkEnded(Duration most) {
    present.ifPresent(
        task ->
            findings.addAll(
                Liveness.check(
                    "session %s: %s".formatted(session, task.name()),
                    world.time().minus(since),
                    most)));
  }

  private void next() {
    if (!isEnding) {
      var pause = (long) (pauseMean.toNanos() * world.load().nextExponential());
      world.after(Duration.ofNanos(pause), () -> begin(choose()));
    }
  }

  private Task choose() {
    var random = world.load();
    return switch (random.nextInt(12)) {
      case 0 -> model.epoch() > 1 ? stale(random.nextBoolean()) : open(model.epoch() + 1);
      case 1 -> open(model.epoch() + (random.nextBoolean() ? 1 : 0));
      case 2, 3 -> observe(random.nextInt(AMOUNT_MAX));
      case 4, 5, 6 -> record(1 + random.nextInt(20));
      case 7, 8 ->
          model.blocks().size() < OPEN_BLOCKS_MAX
              ? reserve(1 + random.nextInt(AMOUNT_MAX))
              : settle();
      case 9, 10 -> model.blocks().size() > 0 ? settle() : reserve(1 + random.nextInt(AMOUNT_MAX));
      default -> new Task("tell", SessionEntity.Tell::new, Optional.empty(), false);
    };
  }

  private Task open(long epoch) {
    return new Task(
        "open in epoch " + epoch,
        replyTo -> new SessionEntity.Open(TENANT, epoch, BUDGET_MICROS, replyTo),
        Optional.of(new SessionStep.Open(epoch)),
        false);
  }

  private Task observe(double distance) {
    return new Task(
        "observe " + distance,
        replyTo ->
            new SessionEntity.Observe(
                Map.of("distance", new SignalValue.Number(distance)), replyTo),
        Optional.empty(),
        false);
  }

  private Task record(long count) {
    var epoch = model.epoch();
    var from = model.frame() + 1;
    var to = from + count - 1;
    var hash = "%064x".formatted(epoch * 1_000_003 + to);
    return new Task(
        "record %d to %d".formatted(from, to),
        replyTo -> new SessionEntity.RecordFrames(epoch, from, to, hash, replyTo),
        Optional.of(new SessionStep.RecordFrames(epoch, from, to, hash)),
        false);
  }

  private Task stale(boolean opens) {
    var epoch = model.epoch() - 1;
    if (opens) {
      return new Task(
          "open in stale epoch " + epoch,
          replyTo -> new SessionEntity.Open(TENANT, epoch, BUDGET_MICROS, replyTo),
          Optional.empty(),
          true);
    }
    var from = model.frame() + 1;
    var hash = "%064x".formatted(from);
    return new Task(
        "record in epoch " + epoch,
        replyTo -> new SessionEntity.RecordFrames(epoch, from, from, hash, replyTo),
        Optional.empty(),
        true);
  }

  private Task reserve(long amount) {
    var block = model.lastBlock() + 1;
    return new Task(
        "reserve %d as block %d".formatted(amount, block),
        replyTo -> new SessionEntity.ReserveBudget(block, amount, replyTo),
        Optional.of(new SessionStep.Reserve(block, amount)),
        false);
  }

  private Task settle() {
    var block = model.blocks().firstKey();
    var amount = model.blocks().getOrDefault(block, 1L);
    var spent = amount - world.load().nextInt(Math.toIntExact(amount));
    return new Task(
        "settle %d of block %d".formatted(spent, block),
        replyTo -> new SessionEntity.SettleBudget(block, spent, replyTo),
        Optional.of(new SessionStep.Settle(block, spent)),
        false);
  }

  private void begin(Task task) {
    present = Optional.of(task);
    since = world.time();
    asked++;
    attempt(asked, task);
  }

  private void attempt(long number, Task task) {
    if (asked != number || present.isEmpty()) {
      return;
    }
    network.send(
        session,
        host,
        () ->
            node.get()
                .ifPresent(
                    up ->
                        up.ask(
                            session,
                            task.request(),
                            (state, failure) ->
                                network.send(
                                    host, session, () -> onReply(number, state, failure)))));
    world.after(ASK_AGAIN, () -> attempt(number, task));
  }

  private void onReply(long number, Optional<SessionState> state, Optional<Throwable> failure) {
    if (asked != number || present.isEmpty()) {
      return;
    }
    var task = present.get();
    if (state.isPresent()) {
      if (task.isStale()) {
        findings.add(STALE_EPOCH, "session %s: %s was accepted".formatted(session, task.name()));
      }
      task.step().ifPresent(step -> model = model.after(step));
      var there = SessionModel.of(state.get());
      if (!there.equals(model)) {
        findings.add(
            AcknowledgedKept.NAME,
            "session %s after %s: %s (expected: %s)".formatted(session, task.name(), there, model));
      }
      settled(task, "done");
    } else if (failure.orElseThrow() instanceof SessionException refused) {
      if (task.isStale() && refused.refusal() == SessionRefusal.STALE_EPOCH) {
        settled(task, "refused, as it must be");
      } else if (!PASSING.contains(refused.refusal())) {
        findings.add(
            AcknowledgedKept.NAME,
            "session %s: %s: %s".formatted(session, task.name(), refused.getMessage()));
        settled(task, "given up");
      }
    }
  }

  private void settled(Task task, String how) {
    world.note("session %s: %s: %s".formatted(session, task.name(), how));
    present = Optional.empty();
    done++;
    next();
  }
}
