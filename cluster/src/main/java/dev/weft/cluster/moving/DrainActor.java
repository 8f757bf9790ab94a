package dev.weft.cluster.moving;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Signal;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.SingletonActor;
import akka.pattern.StatusReply;
import dev.weft.cluster.fleet.KeptEntity;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.problem.Cause;
import dev.weft.fabric.session.Sessions;
import dev.weft.fabric.session.StoredSessions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Drains a site: has all its sessions go to another one, until somebody says otherwise, and then
 * has them come home. One of a site, wherever; what is ordered, and who is away, is in the journal,
 * so that whoever comes after it goes on.
 */
public final class DrainActor extends AbstractOnMessageBehavior<DrainActor.Command> {

  public sealed interface Command {}

  /** What goes from node to node: {@link DrainMailCodec}. */
  sealed interface Mail {}

  /** An operator asks something: {@link DrainQuestion}. Answered with one {@link Said}. */
  record Ask(String question, ActorRef<Said> replyTo) implements Command, Mail {}

  /** What an operator is answered, a JSON object. */
  record Said(String answer) implements Mail {}

  private record Answered(
      Optional<Ask> asked, @Nullable MovingState state, @Nullable Throwable problem)
      implements Command {}

  private record PageRead(
      DrainOrder order, StoredSessions.@Nullable Page page, @Nullable Throwable problem)
      implements Command {}

  private record Ended(SessionMove move, Outcome outcome) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /**
   * What it works with.
   *
   * @param situation of the node it runs on; empty while that does not know of itself
   * @param pages reads sessions of the site's journal without blocking: from where, how many
   * @param draining told whether the site is being drained, for others to know
   */
  public record Setup(
      SiteName site,
      MoveSettings settings,
      Carrier carrier,
      Supplier<Optional<Situation>> situation,
      Pages pages,
      Consumer<Boolean> draining,
      MoveBook book,
      InstantSource clock) {

    /** One whose sessions are asked through {@code sessions}. */
    public static Setup of(
        SiteName site,
        MoveSettings settings,
        Sessions sessions,
        Supplier<Optional<Situation>> situation,
        Pages pages,
        Consumer<Boolean> draining,
        MoveBook book,
        InstantSource clock) {
      return new Setup(
          site, settings, Carrier.of(sessions), situation, pages, draining, book, clock);
    }
  }

  /** Reads pages of stored sessions. */
  @FunctionalInterface
  public interface Pages {
    CompletionStage<StoredSessions.Page> read(String from, int max);
  }

  private static final String NAME = "drain";

  private final Setup setup;
  private final KeptEntity<MovingEntity.Command, MovingState> entity;
  private final Errands errands;
  private final Map<String, Instant> resting = new HashMap<>();

  private final Set<String> going = new HashSet<>(); // Also by an order that counts no more.
  private DrainWork work;
  private @Nullable MovingState state;
  private Optional<String> trouble = Optional.empty();

  /**
   * Has one of the site's nodes drain it when that is asked for, and another one when that is lost.
   *
   * @return asks whichever it is of any site, and brings its answer, a JSON object
   */
  public static DrainDesk.Controllers start(Weft weft, Setup setup) {
    var system = weft.system();
    var all = ClusterSingleton.get(system);
    var own = all.init(SingletonActor.of(create(setup), NAME));
    return (site, question) ->
        ask(
            system,
            site.equals(setup.site()) ? own : elsewhere(system, setup, site),
            question,
            setup.settings().answerTimeout());
  }

  private static ActorRef<Command> elsewhere(ActorSystem<?> system, Setup setup, SiteName site) {
    var there = ClusterSingletonSettings.create(system).withDataCenter(site.text());
    return ClusterSingleton.get(system)
        .init(SingletonActor.of(create(setup), NAME).withSettings(there));
  }

  /** Asks whoever drains a site; its own questions to the journal may take half of the time. */
  static CompletionStage<String> ask(
      ActorSystem<?> system, ActorRef<Command> controller, String question, Duration patience) {
    return KeptEntity.<Command, Said>ask(
            system, controller, replyTo -> new Ask(question, replyTo), patience)
        .thenApply(Said::answer);
  }

  /** A journal that fails ends it, and it begins anew. */
  static Behavior<Command> create(Setup setup) {
    return KeptEntity.anew(
        context -> new DrainActor(context, setup),
        Tick.INSTANCE,
        setup.settings().drain().interval(),
        setup.settings().drain().interval());
  }

  private DrainActor(ActorContext<Command> context, Setup setup) {
    super(context);
    this.setup = setup;
    this.work = new DrainWork(setup.settings());
    this.entity =
        KeptEntity.spawn(
            context,
            MovingEntity.create(setup.site().text(), setup.settings().awayMax(), setup.clock()),
            setup.settings().answerTimeout());
    this.errands =
        new Errands(
            setup.site(),
            setup.carrier(),
            events -> entity.ask(replyTo -> new MovingEntity.Note(events, replyTo)));
    request(Optional.empty(), MovingEntity.Tell::new);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Ask ask -> onAsk(ask);
      case Answered(var asked, var next, var problem) -> onAnswered(asked, next, problem);
      case PageRead(var order, var page, var problem) -> onPage(order, page, problem);
      case Ended(var move, var outcome) -> onEnded(move, outcome);
      case Tick _ -> onTick();
    }
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop || signal instanceof PreRestart) {
      setup.draining().accept(false);
      return this;
    }
    return Behaviors.unhandled();
  }

  private void onAsk(Ask ask) {
    try {
      switch (DrainQuestion.read(ask.question())) {
        case DrainQuestion.Start(var to) -> onStart(ask, to);
        case DrainQuestion.Undo _ -> request(Optional.of(ask), MovingEntity.Undo::new);
        case DrainQuestion.Status _ -> request(Optional.of(ask), MovingEntity.Tell::new);
      }
    } catch (IllegalArgumentException e) {
      refuse(ask, String.valueOf(e.getMessage()));
    }
  }

  private void onStart(Ask ask, SiteName to) {
    var why =
        setup
            .situation()
            .get()
            .map(situation -> DrainRule.refusal(situation, to))
            .orElse(
                Optional.of(
                    "site '%s': just started (expected: asked again)".formatted(setup.site())));
    why.ifPresentOrElse(
        words -> refuse(ask, words),
        () -> request(Optional.of(ask), replyTo -> new MovingEntity.Order(to, replyTo)));
  }

  private static void refuse(Ask ask, String why) {
    ask.replyTo().tell(new Said(DrainAnswer.refused(why)));
  }

  private void request(
      Optional<Ask> asked,
      Function<ActorRef<StatusReply<MovingState>>, MovingEntity.Command> command) {
    getContext()
        .pipeToSelf(entity.ask(command), (next, problem) -> new Answered(asked, next, problem));
  }

  private void onAnswered(
      Optional<Ask> asked, @Nullable MovingState next, @Nullable Throwable problem) {
    if (next == null) {
      asked.ifPresentOrElse(
          ask -> refuse(ask, Cause.words(problem)),
          () -> getContext().getLog().warn("draining: {}", Cause.words(problem)));
      return;
    }
    if (state == null || !state.drain().equals(next.drain())) {
      onOrdered(next);
    }
    state = next;
    asked.ifPresent(ask -> ask.replyTo().tell(new Said(status(next))));
  }

  private void onOrdered(MovingState next) {
    work = new DrainWork(setup.settings());
    trouble = Optional.empty();
    setup.draining().accept(next.drain().isPresent());
    next.drain()
        .ifPresentOrElse(
            order ->
                getContext()
                    .getLog()
                    .info("site {} is drained to site {}", setup.site(), order.to()),
            () -> getContext().getLog().info("site {} is not drained", setup.site()));
  }

  private String status(MovingState now) {
    var missing =
        now.drain()
            .flatMap(
                order ->
                    setup
                        .situation()
                        .get()
                        .map(situation -> DrainRule.missing(situation, order.to())))
            .orElse(List.of());
    return DrainAnswer.status(setup.site(), now, work, trouble, missing);
  }

  private void onTick() {
    var now = setup.clock().instant();
    resting.values().removeIf(until -> !now.isBefore(until));
    var known = state;
    if (known == null) {
      request(Optional.empty(), MovingEntity.Tell::new);
    } else if (known.drain().isPresent() || !known.away().isEmpty()) {
      setup.situation().get().ifPresent(situation -> goOn(known, situation, now));
    }
  }

  private void goOn(MovingState known, Situation situation, Instant now) {
    if (known.drain().isEmpty()) {
      comeHome(known, situation);
      return;
    }
    var order = known.drain().get();
    trouble = DrainRule.closed(situation, order.to());
    if (trouble.isPresent()) {
      return;
    }
    work.toBegin().forEach(task -> begin(order, task, now));
    work.endPass(now);
    work.toRead(now)
        .ifPresent(
            from ->
                getContext()
                    .pipeToSelf(
                        setup.pages().read(from, setup.settings().drain().pageMax()),
                        (page, problem) -> new PageRead(order, page, problem)));
  }

  private void onPage(
      DrainOrder order, StoredSessions.@Nullable Page page, @Nullable Throwable problem) {
    if (state == null || !state.drain().equals(Optional.of(order))) {
      return;
    }
    var now = setup.clock().instant();
    if (page == null) {
      getContext().getLog().warn("draining: {}", Cause.words(problem));
      work.unread(now);
      return;
    }
    var situation = setup.situation().get();
    var to = situation.flatMap(known -> known.find(order.to()));
    if (to.isEmpty()) {
      work.unread(now);
      return;
    }
    work.read(page, situation.get(), to.get());
    onTick();
  }

  private void begin(DrainOrder order, DrainWork.Task task, Instant now) {
    var move =
        new SessionMove(task.session(), task.tenant(), setup.site(), order.to(), MoveReason.DRAIN);
    var errand =
        task.isToBeMended()
            ? errands.mend(task.session()).thenCompose(_ -> errands.bringAway(move, now))
            : errands.bringAway(move, now);
    going.add(task.session());
    getContext()
        .pipeToSelf(errand, (outcome, problem) -> new Ended(move, Outcome.of(outcome, problem)));
  }

  private void onEnded(SessionMove move, Outcome outcome) {
    var now = setup.clock().instant();
    if (move.to().equals(setup.site())) {
      resting.remove(move.session());
    } else {
      going.remove(move.session());
    }
    work.ended(move.session(), outcome);
    setup.book().note(move, outcome, now);
    switch (outcome.kind()) {
      case MOVED -> getContext().getLog().info("{}", move);
      case NOTHING -> getContext().getLog().debug("{}: {}", move, outcome.why());
      case FAILED -> {
        resting.put(move.session(), now.plus(setup.settings().retryAfter()));
        getContext().getLog().warn("{}, failed: {}", move, outcome.why());
      }
    }
    request(Optional.empty(), MovingEntity.Tell::new);
    onTick();
  }

  /** Those that went because the site was drained, as it is not any more. */
  private void comeHome(MovingState known, Situation situation) {
    var coming = resting.values().stream().filter(Instant.MAX::equals).count();
    var free = setup.settings().drain().underWayMax() - coming;
    known.away().values().stream()
        .filter(gone -> gone.reason() == MoveReason.DRAIN)
        .filter(gone -> !resting.containsKey(gone.session()) && !going.contains(gone.session()))
        .filter(gone -> DrainRule.keptAway(situation, gone).isEmpty())
        .sorted(Comparator.comparing(Away::at).thenComparing(Away::session))
        .limit(Math.max(0, free))
        .forEach(gone -> bringHome(gone));
  }

  private void bringHome(Away gone) {
    resting.put(gone.session(), Instant.MAX); // Until it has come to its end.
    var move =
        new SessionMove(gone.session(), gone.tenant(), gone.to(), setup.site(), MoveReason.DRAIN);
    getContext()
        .pipeToSelf(
            errands.bringHome(gone),
            (outcome, problem) -> new Ended(move, Outcome.of(outcome, problem)));
  }
}
