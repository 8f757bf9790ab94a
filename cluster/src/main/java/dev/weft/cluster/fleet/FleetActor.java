package dev.weft.cluster.fleet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.SingletonActor;
import akka.pattern.StatusReply;
import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.problem.Cause;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The controller of a region's rollouts of the fleet: tells nodes what {@link FleetRule} says,
 * again until they have done it, and notes what they answer. It keeps nothing that matters: whoever
 * comes after it goes on from the record in the journal. One of a region, wherever.
 */
public final class FleetActor extends AbstractOnMessageBehavior<FleetActor.Command> {

  public sealed interface Command {}

  /** What goes from node to node: {@link FleetMailCodec}. */
  sealed interface Mail {}

  /** An operator asks something: {@link FleetQuestion}. Answered with one {@link Said}. */
  record Ask(String question, ActorRef<Said> replyTo) implements Command, Mail {}

  /** What an operator is answered, a JSON object. */
  record Said(String answer) implements Mail {}

  private record Answered(
      Optional<Ask> asked, @Nullable FleetState state, @Nullable Throwable problem)
      implements Command {}

  private record Heard(Told told, @Nullable NodeReport report, @Nullable Throwable problem)
      implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** What a node was told. */
  private record Told(String stage, NodeId node, long epoch, Order order) {}

  /**
   * What the controller works with.
   *
   * @param region whose record it is
   * @param settledAfter time from its start until what it sees of the fleet is whole
   * @param view what is seen of the fleet now
   * @param variants of a stage, where the region's nodes have it
   */
  public record Setup(
      SiteName region,
      FleetSettings settings,
      Duration settledAfter,
      FleetLink link,
      Supplier<FleetView> view,
      Function<String, Optional<List<DeclaredVariant>>> variants,
      InstantSource clock) {}

  private static final String NAME = "fleet";
  private static final String ROLE = "region";

  private final Setup setup;
  private final KeptEntity<FleetEntity.Command, FleetState> entity;
  private final Set<Told> underWay = new HashSet<>();
  private final Set<Told> toldSinceTick = new HashSet<>();
  private final Map<NodeId, String> unheard = new HashMap<>();
  private @Nullable FleetState state;

  /**
   * Has one of the region's nodes be in charge of the fleet's rollouts, and another one when that
   * is lost.
   *
   * @return asks whichever it is, and brings its answer, a JSON object
   */
  public static Function<String, CompletionStage<String>> start(
      ActorSystem<?> system, Setup setup) {
    var controller =
        ClusterSingleton.get(system)
            .init(
                SingletonActor.of(create(setup), NAME)
                    .withSettings(ClusterSingletonSettings.create(system).withRole(ROLE)));
    return question -> ask(system, controller, question, setup.settings().answerTimeout());
  }

  /** Asks a controller; its own questions to the journal may take half of the time. */
  static CompletionStage<String> ask(
      ActorSystem<?> system, ActorRef<Command> controller, String question, Duration patience) {
    return KeptEntity.<Command, Said>ask(
            system, controller, replyTo -> new Ask(question, replyTo), patience)
        .thenApply(Said::answer);
  }

  /** A journal that fails ends it, and it begins anew. */
  static Behavior<Command> create(Setup setup) {
    return KeptEntity.anew(
        context -> new FleetActor(context, setup),
        Tick.INSTANCE,
        setup.settledAfter(),
        setup.settings().tellEvery());
  }

  private FleetActor(ActorContext<Command> context, Setup setup) {
    super(context);
    this.setup = setup;
    this.entity =
        KeptEntity.spawn(
            context,
            FleetEntity.create(setup.region(), setup.clock()),
            setup.settings().answerTimeout());
    request(Optional.empty(), FleetEntity.Tell::new);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Ask ask -> onAsk(ask);
      case Answered(var asked, var next, var problem) -> onAnswered(asked, next, problem);
      case Heard(var told, var report, var problem) -> onHeard(told, report, problem);
      case Tick _ -> onTick();
    }
    return this;
  }

  private void onAsk(Ask ask) {
    try {
      switch (FleetQuestion.read(ask.question())) {
        case FleetQuestion.Start(var draft) -> {
          var variants = setup.variants().apply(draft.stage());
          var view = setup.view().get();
          request(
              Optional.of(ask), replyTo -> new FleetEntity.Start(draft, variants, view, replyTo));
        }
        case FleetQuestion.RollBack(var stage, var why) ->
            request(Optional.of(ask), replyTo -> new FleetEntity.RollBack(stage, why, replyTo));
        case FleetQuestion.Status _ -> request(Optional.of(ask), FleetEntity.Tell::new);
      }
    } catch (IllegalArgumentException e) {
      ask.replyTo().tell(new Said(FleetAnswer.refused(String.valueOf(e.getMessage()))));
    }
  }

  private void onAnswered(
      Optional<Ask> asked, @Nullable FleetState next, @Nullable Throwable problem) {
    if (next == null) {
      var why = problem == null ? "" : String.valueOf(problem.getMessage());
      asked.ifPresentOrElse(
          ask -> ask.replyTo().tell(new Said(FleetAnswer.refused(why))),
          () -> getContext().getLog().warn("rollouts of the fleet: {}", why));
      return;
    }
    var isNew = !next.equals(state);
    state = next;
    asked.ifPresent(
        ask -> ask.replyTo().tell(new Said(FleetAnswer.status(next, setup.view().get(), unheard))));
    if (isNew) {
      advance(next);
    }
  }

  private void onTick() {
    toldSinceTick.clear();
    if (state == null) {
      request(Optional.empty(), FleetEntity.Tell::new);
    } else {
      advance(state);
    }
  }

  /** Has happen what follows, and tells who is to be told of what is so. */
  private void advance(FleetState now) {
    var view = setup.view().get();
    var moment = setup.clock().instant();
    if (now.rollouts().values().stream()
        .anyMatch(rollout -> FleetRule.next(rollout, view, moment).isPresent())) {
      request(Optional.empty(), replyTo -> new FleetEntity.Advance(view, replyTo));
    }
    // Who did not answer last gives way, or many of them would have all the turns.
    var nodes =
        view.nodes().stream()
            .sorted(Comparator.comparing((FleetView.Node node) -> unheard.containsKey(node.id())))
            .toList();
    for (var rollout : now.rollouts().values()) {
      for (var node : nodes) {
        if (FleetRule.isDue(rollout, node)) {
          FleetRule.order(rollout, node).ifPresent(order -> tell(rollout, node, order));
        }
      }
    }
  }

  private void tell(FleetRollout rollout, FleetView.Node node, Order order) {
    var told = new Told(rollout.stage(), node.id(), rollout.epoch(), order);
    if (underWay.size() >= setup.settings().tellsMax()
        || underWay.contains(told)
        || !toldSinceTick.add(told)) {
      return;
    }
    underWay.add(told);
    getContext()
        .pipeToSelf(
            setup.link().tell(node, FleetRule.instruction(rollout, order)),
            (report, problem) -> new Heard(told, report, problem));
  }

  private void onHeard(Told told, @Nullable NodeReport report, @Nullable Throwable problem) {
    underWay.remove(told);
    if (report == null) {
      unheard.put(told.node(), Cause.words(problem));
      return;
    }
    unheard.remove(told.node());
    var known = state;
    if (known != null
        && known
            .find(told.stage())
            .filter(rollout -> FleetRule.isNews(rollout, told.node(), report))
            .isPresent()) {
      request(
          Optional.empty(),
          replyTo -> new FleetEntity.Report(told.stage(), told.node(), report, replyTo));
    }
  }

  private void request(
      Optional<Ask> asked,
      Function<ActorRef<StatusReply<FleetState>>, FleetEntity.Command> command) {
    getContext()
        .pipeToSelf(entity.ask(command), (next, problem) -> new Answered(asked, next, problem));
  }
}
