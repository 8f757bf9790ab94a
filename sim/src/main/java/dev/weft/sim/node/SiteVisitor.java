package dev.weft.sim.node;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SignalValue;
import dev.weft.fabric.session.Whereabouts;
import dev.weft.sim.invariant.AcknowledgedKept;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.invariant.SessionModel;
import dev.weft.sim.invariant.SessionStep;
import dev.weft.sim.invariant.SiteSession;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The client of a session that is at some site of many: asks one machine after the other, follows
 * the session where it goes, asks again until it is answered, and holds each answer against what
 * must be so by then.
 */
public final class SiteVisitor {

  private static final String TENANT = "shop";
  private static final long BUDGET_MICROS = 1_000_000_000;
  private static final int OPEN_BLOCKS_MAX = 4;
  private static final int AMOUNT_MAX = 1_000;
  private static final int FOLLOWS_MAX = 3;
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  /**
   * What a client waits for.
   *
   * @param since when, in the world's time
   */
  public record Waiting(String what, Duration since) {}

  /**
   * One thing to do.
   *
   * @param step what it changes once it is answered
   * @param writes whether its answer is given after a write, so that it is of the present
   */
  private record Task(
      String name,
      Function<ActorRef<StatusReply<SessionState>>, SessionEntity.Request> request,
      Optional<SessionStep> step,
      boolean writes) {}

  private final World world;
  private final Network network;
  private final Sites sites;
  private final List<String> entrances;
  private final String session;
  private final Findings findings;
  private final Duration pauseMean;
  private SiteSession known = SiteSession.none();
  private long asked;
  private long done;
  private long again;
  private Optional<Task> present = Optional.empty();
  private Duration since = Duration.ZERO;
  private long visit;
  private boolean isEnding;

  /**
   * @param entrances machines that it asks
   * @param pauseMean time between two things, on average
   */
  public SiteVisitor(
      World world,
      Network network,
      Sites sites,
      List<String> entrances,
      String session,
      Duration pauseMean,
      Findings findings) {
    this.world = world;
    this.network = network;
    this.sites = sites;
    this.entrances = List.copyOf(entrances);
    this.session = session;
    this.pauseMean = pauseMean;
    this.findings = findings;
  }

  /** Begins, or comes back after an end. */
  public void start() {
    isEnding = false;
    visit++;
    if (present.isEmpty()) {
      begin(open());
    }
  }

  /** Has it do nothing new. */
  public void end() {
    isEnding = true;
  }

  public long done() {
    return done;
  }

  /** How often it asked once more, as no answer had come. */
  public long again() {
    return again;
  }

  public String session() {
    return session;
  }

  /** What it waits for; empty if for nothing. */
  public Optional<Waiting> waiting() {
    return present.map(task -> new Waiting(task.name(), since));
  }

  /** Checks that nothing is left that was not answered. */
  public void checkEnded(Duration most) {
    waiting()
        .ifPresent(
            left ->
                findings.addAll(
                    Liveness.check(
                        "session %s: %s".formatted(session, left.what()),
                        world.time().minus(left.since()),
                        most)));
  }

  private void next() {
    if (!isEnding) {
      var pause = (long) (pauseMean.toNanos() * world.load().nextExponential());
      var during = visit;
      world.after(
          Duration.ofNanos(pause),
          () -> {
            if (!isEnding && visit == during) {
              begin(choose());
            }
          });
    }
  }

  private Task choose() {
    var random = world.load();
    var model = known.model();
    return switch (random.nextInt(12)) {
      case 0 -> open();
      case 1 -> claim();
      case 2, 3 -> observe(random.nextInt(AMOUNT_MAX));
      case 4, 5, 6 -> model.epoch() == 0 ? claim() : record(1 + random.nextInt(20));
      case 7, 8 ->
          model.blocks().size() < OPEN_BLOCKS_MAX
              ? reserve(1 + random.nextInt(AMOUNT_MAX))
              : settle();
      case 9, 10 -> model.blocks().isEmpty() ? reserve(1 + random.nextInt(AMOUNT_MAX)) : settle();
      default -> new Task("tell", SessionEntity.Tell::new, Optional.empty(), false);
    };
  }

  private Task open() {
    return new Task(
        "open",
        replyTo -> new SessionEntity.Open(TENANT, SessionEntity.FEEDERS, BUDGET_MICROS, replyTo),
        Optional.empty(),
        false);
  }

  private Task claim() {
    return new Task("claim", SessionEntity.Claim::new, Optional.empty(), false);
  }

  private Task observe(double distance) {
    return new Task(
        "observe " + distance,
        replyTo ->
            new SessionEntity.Observe(
                Map.of("distance", new SignalValue.Number(distance)), replyTo),
        Optional.empty(),
        true);
  }

  /** As the process that feeds the session does it. */
  private Task record(long count) {
    var epoch = known.model().epoch();
    var from = known.model().frame() + 1;
    var to = from + count - 1;
    var hash = "%064x".formatted(epoch * 1_000_003 + to);
    return new Task(
        "record %d to %d in epoch %d".formatted(from, to, epoch),
        replyTo -> new SessionEntity.RecordFrames(epoch, from, to, hash, replyTo),
        Optional.of(new SessionStep.RecordFrames(epoch, from, to, hash)),
        true);
  }

  private Task reserve(long amount) {
    var block = known.model().lastBlock() + 1;
    return new Task(
        "reserve %d as block %d".formatted(amount, block),
        replyTo -> new SessionEntity.ReserveBudget(block, amount, replyTo),
        Optional.of(new SessionStep.Reserve(block, amount)),
        true);
  }

  private Task settle() {
    var block = known.model().blocks().firstKey();
    var amount = known.model().blocks().getOrDefault(block, 1L);
    var spent = amount - world.load().nextInt(Math.toIntExact(amount));
    return new Task(
        "settle %d of block %d".formatted(spent, block),
        replyTo -> new SessionEntity.SettleBudget(block, spent, replyTo),
        Optional.of(new SessionStep.Settle(block, spent)),
        true);
  }

  private void begin(Task task) {
    present = Optional.of(task);
    since = world.time();
    asked++;
    attempt(asked, task);
  }

  private void attempt(long number, Task task) {
    if (asked == number && present.isPresent()) {
      again += world.time().equals(since) ? 0 : 1;
      var host = entrances.get(world.load().nextInt(entrances.size()));
      ask(number, task, host, "", FOLLOWS_MAX);
      world.after(ASK_AGAIN, () -> attempt(number, task));
    }
  }

  private void ask(long number, Task task, String host, String site, int follows) {
    network.send(
        session,
        host,
        () ->
            sites
                .member(host)
                .ifPresent(
                    up ->
                        up.ask(
                            session,
                            site,
                            task.request(),
                            (state, failure) ->
                                network.send(
                                    host,
                                    session,
                                    () -> onReply(number, task, host, state, failure, follows)))));
  }

  private void onReply(
      long number,
      Task task,
      String host,
      Optional<SessionState> state,
      Optional<Throwable> failure,
      int follows) {
    if (asked != number || present.isEmpty()) {
      return;
    }
    if (state.isPresent()) {
      switch (state.get().whereabouts()) {
        case Whereabouts.Here _, Whereabouts.Leaving _ -> onState(task, state.get());
        case Whereabouts.Gone(_, var to, _) when follows > 0 ->
            ask(number, task, host, to, follows - 1);
        case Whereabouts.Gone _, Whereabouts.Held _ -> {}
      }
    } else if (failure.orElseThrow() instanceof SessionException refused) {
      if (refused.refusal() == SessionRefusal.MOVED && follows > 0) {
        ask(number, task, host, refused.site(), follows - 1);
      } else if (task.step().orElse(null) instanceof SessionStep.RecordFrames step
          && refused.refusal() == SessionRefusal.STALE_EPOCH) {
        known = known.orAfter(step);
        settled(task, "another process has taken over");
      }
    }
  }

  private void onState(Task task, SessionState state) {
    var there = SessionModel.of(state);
    var next = known.answered(task.step(), there);
    if (next.isPresent()) {
      known = next.get();
      settled(task, "done");
    } else if (task.writes() || !known.wasOnce(there)) {
      findings.add(
          AcknowledgedKept.NAME,
          "session %s after %s: %s (expected: as one of %s)"
              .formatted(session, task.name(), there, known.possible()));
      known = SiteSession.of(there);
      settled(task, "done otherwise");
    }
  }

  private void settled(Task task, String how) {
    world.note("session %s: %s: %s".formatted(session, task.name(), how));
    present = Optional.empty();
    done++;
    next();
  }
}
