package dev.weft.supervisor.rollout;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Course.Load;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The controller of one stage's rollouts on this process: has traffic follow the entity's state,
 * gathers evidence, and tells the entity what it says. It keeps nothing that matters: whoever comes
 * after it goes on from the entity's state.
 *
 * <p>A failure takes the candidate's traffic before anybody is asked; that it is rolled back is
 * stored after that. Under the watch it is the one that answers: there it goes once that is stored.
 */
public final class RolloutActor extends AbstractOnMessageBehavior<RolloutActor.Command> {

  public sealed interface Command {}

  /** Something that is asked of the rollouts; the entity answers. */
  public record Ask(RolloutEntity.Request request) implements Command {}

  /** Asks how they stand. */
  public record Report(ActorRef<RolloutReport> replyTo) implements Command {}

  private record Happened(List<RolloutEvent> events, RolloutState after) implements Command {}

  private record Answered(@Nullable RolloutState state, @Nullable Throwable problem)
      implements Command {}

  private record Applied(Traffic traffic, @Nullable Throwable problem) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum Alarm implements Command {
    INSTANCE
  }

  private enum EntityEnded implements Command {
    INSTANCE
  }

  private enum Revive implements Command {
    INSTANCE
  }

  /**
   * What a controller works with.
   *
   * @param epoch above those of all processes that had the journal before
   * @param tick time from one look at the evidence to the next
   * @param patience most time an answer of the entity may take
   */
  public record Outfit(
      String stage,
      long epoch,
      TrafficControl control,
      Analysis.Beginning analyses,
      RolloutListener listener,
      InstantSource clock,
      Duration tick,
      Duration patience) {}

  private static final int WAITING_MAX = 64;
  private static final int TICKS_PER_ROUND = 4;
  private static final Duration REVIVE_AFTER = Duration.ofSeconds(1);

  private final Outfit outfit;
  private ActorRef<RolloutEntity.Command> entity;
  private RolloutState state = RolloutState.none();
  private @Nullable RolloutState known;
  private @Nullable Analysis analysis;
  private Optional<Judgement> latest = Optional.empty();
  private final List<ActorRef<RolloutReport>> waiting = new ArrayList<>();
  private String trouble = "";
  private boolean isInCharge;
  private boolean isDeposed;
  private boolean isTelling;
  private boolean isApplying;
  private long ticks;

  public static Behavior<Command> create(Outfit outfit) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, outfit.tick());
                  return new RolloutActor(context, outfit);
                }));
  }

  private RolloutActor(ActorContext<Command> context, Outfit outfit) {
    super(context);
    this.outfit = outfit;
    this.entity = spawnEntity();
    take();
  }

  private ActorRef<RolloutEntity.Command> spawnEntity() {
    var self = getContext().getSelf();
    var spawned =
        getContext()
            .spawnAnonymous(
                RolloutEntity.create(
                    outfit.stage(),
                    outfit.clock(),
                    (events, after) -> self.tell(new Happened(events, after))));
    getContext().watchWith(spawned, EntityEnded.INSTANCE);
    return spawned;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Ask(var request) -> entity.tell(request);
      case Report(var replyTo) -> report(replyTo);
      case Happened(var events, var after) -> onHappened(events, after);
      case Answered(var answer, var problem) -> onAnswered(answer, problem);
      case Applied(var traffic, var problem) -> onApplied(traffic, problem);
      case Tick _ -> onTick();
      case Alarm _ -> look();
      case EntityEnded _ -> onEntityEnded();
      case Revive _ -> {
        entity = spawnEntity();
        take();
      }
    }
    return this;
  }

  /** Not before it is known how they stand, unless that cannot be found out. */
  private void report(ActorRef<RolloutReport> replyTo) {
    if (isInCharge || !trouble.isEmpty() || waiting.size() >= WAITING_MAX) {
      replyTo.tell(new RolloutReport(state, latest, trouble));
    } else {
      waiting.add(replyTo);
    }
  }

  private void reportToAll() {
    waiting.forEach(replyTo -> replyTo.tell(new RolloutReport(state, latest, trouble)));
    waiting.clear();
  }

  private void take() {
    ask(replyTo -> new RolloutEntity.Take(outfit.epoch(), replyTo));
  }

  private void onHappened(List<RolloutEvent> events, RolloutState after) {
    outfit.listener().happened(events, after);
    known = after;
    if (isInCharge) {
      follow(after);
    }
  }

  /** What changes the state is told by {@link Happened}; an answer may be older than the last. */
  private void onAnswered(@Nullable RolloutState answer, @Nullable Throwable problem) {
    isTelling = false;
    if (answer != null) {
      trouble = "";
      isInCharge = true;
      follow(known == null ? answer : known);
    } else if (problem instanceof RolloutException refused) {
      onRefused(refused);
    } else {
      trouble = String.valueOf(problem);
    }
    reportToAll();
  }

  private void onRefused(RolloutException refused) {
    switch (refused.refusal()) {
      case STALE_EPOCH -> {
        isDeposed = true;
        trouble = refused.getMessage() == null ? "deposed" : refused.getMessage();
        outfit.control().withdraw();
        outfit.control().rerun(Optional.empty());
        outfit.control().observe(_ -> {});
        analysis = null;
        getContext().getLog().info("no longer in charge of stage '{}'", outfit.stage());
      }
      // What was told is out of date: the next look tells anew.
      case NOT_NOW -> trouble = "";
      case INVALID, UNDER_WAY, DENIED, NO_EVIDENCE, BUSY, JOURNAL_FAILED, STOPPED ->
          trouble = String.valueOf(refused.getMessage());
    }
  }

  /** Has everything here follow from {@code next}. */
  private void follow(RolloutState next) {
    if (isDeposed) {
      return;
    }
    if (Conduct.beginsAnew(state, next)) {
      var self = getContext().getSelf();
      var begun =
          outfit
              .analyses()
              .begin(
                  next.course().orElseThrow(),
                  next.phase() == Phase.WATCHING,
                  outfit.clock().instant(),
                  () -> alarm(self));
      analysis = begun;
      outfit.control().rerun(Optional.empty());
      outfit.control().observe(event -> begun.on(event));
    } else if (!Conduct.gathers(next)) {
      analysis = null;
      latest = Optional.empty();
      outfit.control().rerun(Optional.empty());
      outfit.control().observe(_ -> {});
    }
    var isOver = state.isActive() && !next.isActive();
    state = next;
    if (isOver && next.phase() == Phase.DEGRADED) {
      outfit.control().withdraw();
    }
    noteLoading();
    apply();
  }

  /** On the thread that saw it: the next frame does not meet the candidate any more. */
  private void alarm(ActorRef<Command> self) {
    outfit.control().withdraw();
    self.tell(Alarm.INSTANCE);
  }

  private void noteLoading() {
    if (state.isActive() && load() == Load.NEEDED) {
      tell(replyTo -> new RolloutEntity.NoteLoading(outfit.epoch(), replyTo));
    }
  }

  private void apply() {
    if (isApplying || state.phase() == Phase.NONE) {
      return;
    }
    isApplying = true;
    var wanted = hasFailed() ? state.traffic().withdrawn() : state.traffic();
    getContext()
        .pipeToSelf(
            outfit.control().apply(wanted).thenApply(_ -> Done.getInstance()),
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
        tell(replyTo -> new RolloutEntity.NoteNotLoadable(outfit.epoch(), why, replyTo));
      } else if (!trouble.equals(why)) {
        trouble = why;
        getContext().getLog().warn("stage '{}': {}; tried again", outfit.stage(), why);
      }
    } else if (isLoading) {
      tell(replyTo -> new RolloutEntity.NoteLoaded(outfit.epoch(), replyTo));
    } else if (!traffic.withdrawn().equals(state.traffic().withdrawn())
        || !hasFailed() && !traffic.equals(state.traffic())) {
      apply();
    }
  }

  private void onTick() {
    if (!isInCharge || isDeposed) {
      return;
    }
    ticks++;
    look();
    if (ticks % TICKS_PER_ROUND == 0) {
      latest.ifPresent(
          judgement -> outfit.listener().stands(state, judgement, outfit.clock().instant()));
      noteLoading();
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
    var now = outfit.clock().instant();
    var judgement = gathering.judge(now);
    latest = Optional.of(judgement);
    if (judgement.verdict() == Verdict.FAIL) {
      outfit.control().withdraw();
    }
    outfit.control().rerun(Conduct.stored(state, judgement, gathering, now));
    Conduct.about(state, judgement, now)
        .ifPresent(
            word ->
                tell(
                    switch (word) {
                      case Conduct.Step(var step, var attempt, var said) ->
                          replyTo ->
                              new RolloutEntity.Judge(outfit.epoch(), step, attempt, said, replyTo);
                      case Conduct.Watched(var said) ->
                          replyTo -> new RolloutEntity.JudgeWatch(outfit.epoch(), said, replyTo);
                    }));
  }

  private boolean hasFailed() {
    return Conduct.gathers(state)
        && latest.map(judgement -> judgement.verdict() == Verdict.FAIL).orElse(false);
  }

  private void onEntityEnded() {
    trouble = "the journal failed";
    isTelling = false;
    known = null;
    getContext().scheduleOnce(REVIVE_AFTER, getContext().getSelf(), Revive.INSTANCE);
  }

  private Load load() {
    return state.course().orElseThrow().load();
  }

  /** One word at a time: the next look comes soon. */
  private void tell(Function<ActorRef<StatusReply<RolloutState>>, RolloutEntity.Request> word) {
    if (!isTelling) {
      isTelling = true;
      ask(word);
    }
  }

  private void ask(Function<ActorRef<StatusReply<RolloutState>>, RolloutEntity.Request> request) {
    // Of a copy, as Akka has what depends on its own run by the common pool, which others may
    // block.
    var answer =
        AskPattern.<RolloutEntity.Command, RolloutState>askWithStatus(
                entity, request::apply, outfit.patience(), getContext().getSystem().scheduler())
            .toCompletableFuture()
            .copy();
    getContext().pipeToSelf(answer, (state, problem) -> new Answered(state, cause(problem)));
  }

  private static @Nullable Throwable cause(@Nullable Throwable problem) {
    return problem instanceof CompletionException wrapped && wrapped.getCause() != null
        ? wrapped.getCause()
        : problem;
  }
}
