package dev.weft.cluster.moving;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import dev.weft.cluster.fleet.KeptEntity;
import dev.weft.cluster.site.NodeId;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.problem.Cause;
import dev.weft.fabric.session.Sessions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has sessions of a node go to other sites, and come home, as {@link MoveRule} says. Which ones are
 * away is in the journal. A journal that fails ends it, and it begins anew.
 */
public final class MoverActor extends AbstractOnMessageBehavior<MoverActor.Command> {

  public sealed interface Command {}

  private record Kept(@Nullable MovingState state, @Nullable Throwable problem)
      implements Command {}

  private record Ended(SessionMove move, Outcome outcome) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /**
   * What it works with.
   *
   * @param situation empty while the node does not know of itself
   */
  public record Setup(
      NodeId node,
      MoveSettings settings,
      Carrier carrier,
      Supplier<Optional<Situation>> situation,
      MoveBook book,
      InstantSource clock) {

    /** One whose sessions are asked through {@code sessions}. */
    public static Setup of(
        NodeId node,
        MoveSettings settings,
        Sessions sessions,
        Supplier<Optional<Situation>> situation,
        MoveBook book,
        InstantSource clock) {
      return new Setup(node, settings, Carrier.of(sessions), situation, book, clock);
    }
  }

  private static final String NAME = "mover";

  private final Setup setup;
  private final MoveRule rule;
  private final KeptEntity<MovingEntity.Command, MovingState> entity;
  private final Errands errands;
  private final Set<String> underWay = new HashSet<>();
  private final Map<String, Instant> resting = new HashMap<>();
  private MoveMemory memory = MoveMemory.none();
  private int unplaced;
  private @Nullable MovingState state;

  /** Starts it, if the settings say that sessions move by themselves. */
  public static void start(Weft weft, Setup setup) {
    if (setup.settings().isAnyOn()) {
      ActorRef<Command> _ = weft.system().systemActorOf(create(setup), NAME, Props.empty());
    }
  }

  static Behavior<Command> create(Setup setup) {
    return KeptEntity.anew(
        context -> new MoverActor(context, setup),
        Tick.INSTANCE,
        setup.settings().interval(),
        setup.settings().interval());
  }

  private MoverActor(ActorContext<Command> context, Setup setup) {
    super(context);
    this.setup = setup;
    this.rule = new MoveRule(setup.settings());
    this.entity =
        KeptEntity.spawn(
            context,
            MovingEntity.create(setup.node().toString(), setup.settings().awayMax(), setup.clock()),
            setup.settings().answerTimeout());
    this.errands =
        new Errands(
            setup.node().site(),
            setup.carrier(),
            events -> entity.ask(replyTo -> new MovingEntity.Note(events, replyTo)));
    look();
  }

  private void look() {
    getContext().pipeToSelf(entity.ask(MovingEntity.Tell::new), Kept::new);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Kept(var next, var problem) -> onKept(next, problem);
      case Ended(var move, var outcome) -> onEnded(move, outcome);
      case Tick _ -> onTick();
    }
    return this;
  }

  private void onKept(@Nullable MovingState next, @Nullable Throwable problem) {
    if (next == null) {
      getContext().getLog().warn("moves: {}", Cause.words(problem));
    } else {
      state = next;
    }
  }

  private void onTick() {
    var now = setup.clock().instant();
    resting.values().removeIf(until -> !now.isBefore(until));
    var known = state;
    if (known == null) {
      look();
      return;
    }
    setup.situation().get().ifPresent(situation -> decide(known, situation, now));
  }

  private void decide(MovingState known, Situation situation, Instant now) {
    var busy = new HashSet<>(underWay);
    busy.addAll(resting.keySet());
    var round =
        rule.decide(situation, new MoveRule.Book(known.away(), busy, underWay.size()), memory, now);
    memory = round.next();
    if (round.unplaced() > 0 && round.unplaced() != unplaced) {
      getContext()
          .getLog()
          .warn(
              "{} sessions may not be at site {}, nor at any that is reached",
              round.unplaced(),
              situation.site());
    }
    unplaced = round.unplaced();
    for (var move : round.away()) {
      underWay.add(move.session());
      getContext()
          .pipeToSelf(
              errands.bringAway(move, now),
              (outcome, problem) -> new Ended(move, Outcome.of(outcome, problem)));
    }
    for (var move : round.home()) {
      underWay.add(move.session());
      Optional.ofNullable(known.away().get(move.session()))
          .ifPresent(
              gone ->
                  getContext()
                      .pipeToSelf(
                          errands.bringHome(gone),
                          (outcome, problem) -> new Ended(move, Outcome.of(outcome, problem))));
    }
  }

  private void onEnded(SessionMove move, Outcome outcome) {
    var now = setup.clock().instant();
    underWay.remove(move.session());
    setup.book().note(move, outcome, now);
    switch (outcome.kind()) {
      case MOVED -> getContext().getLog().info("{}", move);
      case NOTHING -> getContext().getLog().debug("{}: {}", move, outcome.why());
      case FAILED -> getContext().getLog().warn("{}, failed: {}", move, outcome.why());
    }
    if (outcome.kind() != Outcome.Kind.MOVED) {
      resting.put(move.session(), now.plus(setup.settings().retryAfter()));
    }
    look();
  }
}
