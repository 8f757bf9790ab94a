package dev.weft.supervisor.rollout;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Course.Load;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The controller of one stage's rollouts on this process: has traffic follow the entity's state,
 * gathers evidence, and tells the entity what it says. It keeps nothing that matters: whoever comes
 * after it goes on from the entity's state.
 *
 * <p>A failure takes the candidate's traffic before anybody is asked, under the watch as well; that
 * it is rolled back is stored after that.
 */
public final class RolloutActor extends AbstractOnMessageBehavior<RolloutActor.Command> {

  public sealed interface Command {}

  /** Something that is asked of the rollouts; the entity answers. */
  public record Ask(RolloutEntity.Request request) implements Command {}

  /** Asks how they stand. */
  public record Report(ActorRef<RolloutReport> replyTo) implements Command {}

  record Happened(List<RolloutEvent> events, RolloutState after) implements Command {}

  record Took(@Nullable RolloutState state, @Nullable Throwable problem) implements Command {}

  record Answered(@Nullable RolloutState state, @Nullable Throwable problem) implements Command {}

  private record Applied(Traffic traffic, @Nullable Throwable problem) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum Alarm implements Command {
    INSTANCE
  }

  /** Rung by one analysis, on whatever thread, until that is over. */
  private static final class Bell {
    private boolean isSilent;

    synchronized void ring(Runnable action) {
      if (!isSilent) {
        action.run();
      }
    }

    synchronized void silence() {
      isSilent = true;
    }
  }

  enum EntityEnded implements Command {
    INSTANCE
  }

  enum Revive implements Command {
    INSTANCE
  }

  /**
   * What a controller works with.
   *
   * @param id of the stage's rollouts in the journal
   * @param epoch above those of all processes that had the journal before
   * @param mayAdvance whether one that stands so may go to its next step now; a failure takes it
   *     back in any case. Asked again and again, on the controller's thread
   * @param tick time from one look at the evidence to the next
   * @param patience most time an answer of the entity may take
   */
  public record Setup(
      String stage,
      String id,
      long epoch,
      TrafficControl control,
      Analysis.Beginning analyses,
      RolloutListener listener,
      Predicate<RolloutState> mayAdvance,
      InstantSource clock,
      Duration tick,
      Duration patience) {}

  private static final int WAITING_MAX = 64;
  private static final int TICKS_PER_ROUND = 4;

  private final Setup setup;
  private final ChargedEntity entity;
  private RolloutState state = RolloutState.none();
  private @Nullable RolloutState known;
  private @Nullable Analysis analysis;
  private Bell bell = new Bell();
  private Optional<Judgement> latest = Optional.empty();
  private final List<ActorRef<RolloutReport>> waiting = new ArrayList<>();
  private String storeTrouble = "";
  private String nodeTrouble = "";
  private boolean isFirst = true;
  private boolean isInCharge;
  private boolean isDeposed;
  private boolean isApplying;
  private long ticks;

  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, setup.tick());
                  return new RolloutActor(context, setup);
                }));
  }

  private RolloutActor(ActorContext<Command> context, Setup setup) {
    super(context);
    this.setup = setup;
    this.entity = new ChargedEntity(context, setup);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Ask(var request) -> entity.pass(request);
      case Report(var replyTo) -> report(replyTo);
      case Happened(var events, var after) -> onHappened(events, after);
      case Took(var answer, var problem) -> {
        entity.took();
        onAnswer(answer, problem);
      }
      case Answered(var answer, var problem) -> {
        entity.answered();
        onAnswer(answer, problem);
      }
      case Applied(var traffic, var problem) -> onApplied(traffic, problem);
      case Tick _ -> onTick();
      case Alarm _ -> look();
      case EntityEnded _ -> onEntityEnded();
      case Revive _ -> entity.revive();
    }
    return this;
  }

  /** Not before it is known how they stand, unless that cannot be found out. */
  private void report(ActorRef<RolloutReport> replyTo) {
    if (isInCharge || !trouble().isEmpty() || waiting.size() >= WAITING_MAX) {
      replyTo.tell(new RolloutReport(state, latest, trouble()));
    } else {
      waiting.add(replyTo);
    }
  }

  private void reportToAll() {
    waiting.forEach(replyTo -> replyTo.tell(new RolloutReport(state, latest, trouble())));
    waiting.clear();
  }

  private String trouble() {
    return storeTrouble.isEmpty() ? nodeTrouble : storeTrouble;
  }

  private void onHappened(List<RolloutEvent> events, RolloutState after) {
    setup.listener().happened(events, after);
    known = after;
    if (isInCharge) {
      follow(after);
    }
  }

  /** What changes the state is told by {@link Happened}; an answer may be older than the last. */
  private void onAnswer(@Nullable RolloutState answer, @Nullable Throwable problem) {
    if (answer != null) {
      storeTrouble = "";
      isInCharge = true;
      follow(known == null ? answer : known);
    } else if (problem instanceof RolloutException refused) {
      onRefused(refused);
    } else {
      storeTrouble = String.valueOf(problem);
    }
    reportToAll();
  }

  private void onRefused(RolloutException refused) {
    switch (refused.refusal()) {
      case STALE_EPOCH -> {
        isDeposed = true;
        storeTrouble = String.valueOf(refused.getMessage());
        setup.control().takeBack(false);
        gatherNothing();
        getContext().getLog().info("no longer in charge of stage '{}'", setup.stage());
      }
      // What was told is out of date: the next look tells anew.
      case NOT_NOW -> storeTrouble = "";
      case INVALID, UNDER_WAY, DENIED, NO_EVIDENCE, BUSY, JOURNAL_FAILED, STOPPED ->
          storeTrouble = String.valueOf(refused.getMessage());
    }
  }

  /** Has everything here follow from {@code next}. */
  private void follow(RolloutState next) {
    if (isDeposed) {
      return;
    }
    switch (Conduct.gathering(state, next, isFirst)) {
      case NONE, LOST -> gatherNothing();
      case BEGINS -> gather(next);
      case GOES_ON -> {}
    }
    isFirst = false;
    if (state.isActive() && next.phase() == Phase.DEGRADED) {
      setup.control().takeBack(state.phase() == Phase.WATCHING);
    }
    state = next;
    urge();
    apply();
  }

  private void gatherNothing() {
    analysis = null;
    bell.silence();
    bell = new Bell();
    latest = Optional.empty();
    setup.control().rerun(Optional.empty());
    setup.control().observe(_ -> {});
  }

  private void gather(RolloutState next) {
    gatherNothing();
    var begun = begun(next, bell, getContext().getSelf());
    analysis = begun;
    setup.control().admit();
    setup.control().observe(begun::on);
  }

  /** One that cannot be begun judges as much. */
  private Analysis begun(RolloutState next, Bell rung, ActorRef<Command> self) {
    var isWatch = next.phase() == Phase.WATCHING;
    try {
      return setup
          .analyses()
          .begin(
              next.course().orElseThrow(),
              isWatch,
              setup.clock().instant(),
              // On the thread that saw it: the next frame does not meet the candidate any more.
              () ->
                  rung.ring(
                      () -> {
                        setup.control().takeBack(isWatch);
                        self.tell(Alarm.INSTANCE);
                      }));
    } catch (RuntimeException e) {
      getContext().getLog().warn("stage '{}': what is declared cannot be judged", setup.stage(), e);
      return Analysis.impossible(isWatch, "it cannot be judged: " + e.getMessage());
    }
  }

  /** Tells what is to be told without a judgement. */
  private void urge() {
    var isLoadNeeded = state.isActive() && load() == Load.NEEDED;
    var obstacle =
        isLoadNeeded ? setup.control().obstacle(state.traffic()) : Optional.<String>empty();
    obstacle.ifPresent(why -> nodeTrouble = why);
    Conduct.unjudged(state, analysis != null, obstacle.isEmpty()).ifPresent(entity::tell);
  }

  private void apply() {
    if (isApplying || state.phase() == Phase.NONE) {
      return;
    }
    isApplying = true;
    var wanted = state.traffic();
    getContext()
        .pipeToSelf(
            setup.control().apply(wanted).thenApply(_ -> Done.getInstance()),
            (_, problem) -> new Applied(wanted, problem));
  }

  private void onApplied(Traffic traffic, @Nullable Throwable problem) {
    isApplying = false;
    if (isDeposed) {
      return;
    }
    var isLoading = traffic.mayLoad() && state.isActive() && load() == Load.UNDER_WAY;
    if (problem != null) {
      var why = String.valueOf(problem.getCause() == null ? problem : problem.getCause());
      if (isLoading) {
        entity.tell(new Conduct.NotLoadable(why));
      } else if (!nodeTrouble.equals(why)) {
        nodeTrouble = why;
        getContext().getLog().warn("stage '{}': {}; tried again", setup.stage(), why);
      }
      return;
    }
    var obstacle = setup.control().obstacle(traffic);
    nodeTrouble = state.isActive() ? obstacle.orElse("") : "";
    if (isLoading && obstacle.isEmpty()) {
      entity.tell(new Conduct.Loaded());
    } else if (!traffic.equals(state.traffic())) {
      apply();
    }
  }

  private void onTick() {
    if (isDeposed) {
      return;
    }
    if (!isInCharge) {
      // The journal may have been too slow to answer.
      entity.take();
      return;
    }
    ticks++;
    look();
    if (ticks % TICKS_PER_ROUND == 0) {
      latest.ifPresent(
          judgement -> setup.listener().stands(state, judgement, setup.clock().instant()));
      urge();
      // Pipelines may have come, or what failed before may work now.
      apply();
    }
  }

  /** Looks at the evidence and tells what is worth it. */
  private void look() {
    var gathering = analysis;
    if (gathering == null || isDeposed) {
      return;
    }
    var now = setup.clock().instant();
    var judgement = gathering.judge(now);
    latest = Optional.of(judgement);
    if (judgement.verdict() == Verdict.FAIL) {
      setup.control().takeBack(state.phase() == Phase.WATCHING);
    }
    setup.control().rerun(Conduct.stored(state, judgement, gathering, now));
    Conduct.about(state, judgement, now)
        .filter(word -> !Conduct.advances(word) || setup.mayAdvance().test(state))
        .ifPresent(entity::tell);
  }

  private void onEntityEnded() {
    storeTrouble = "the journal failed";
    isInCharge = false;
    known = null;
    entity.ended();
  }

  private Load load() {
    return state.course().orElseThrow().load();
  }
}
