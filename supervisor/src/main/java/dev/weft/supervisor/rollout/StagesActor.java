package dev.weft.supervisor.rollout;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One controller per stage of this node: those that pipelines use, so that what was under way when
 * a process ended goes on in the next.
 */
public final class StagesActor extends AbstractOnMessageBehavior<StagesActor.Command> {

  public sealed interface Command {}

  /** Something for the controller of a stage. */
  public record For(String stage, RolloutActor.Command command) implements Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration RESTART_MIN = Duration.ofSeconds(1);
  private static final Duration RESTART_MAX = Duration.ofMinutes(1);

  private final Supplier<Set<String>> stages;
  private final Function<String, Behavior<RolloutActor.Command>> controllers;
  private final Map<String, ActorRef<RolloutActor.Command>> running = new HashMap<>();

  /**
   * @param stages names of those in use now
   * @param controllers makes the {@link RolloutActor} of a stage
   */
  public static Behavior<Command> create(
      Supplier<Set<String>> stages, Function<String, Behavior<RolloutActor.Command>> controllers) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Look.INSTANCE, LOOK_EVERY);
                  return new StagesActor(context, stages, controllers);
                }));
  }

  private StagesActor(
      ActorContext<Command> context,
      Supplier<Set<String>> stages,
      Function<String, Behavior<RolloutActor.Command>> controllers) {
    super(context);
    this.stages = stages;
    this.controllers = controllers;
    stages.get().forEach(this::controller);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case For(var stage, var told) -> controller(stage).tell(told);
      case Look _ -> stages.get().forEach(this::controller);
    }
    return this;
  }

  private ActorRef<RolloutActor.Command> controller(String stage) {
    return running.computeIfAbsent(
        stage,
        _ ->
            getContext()
                .spawnAnonymous(
                    Behaviors.supervise(controllers.apply(stage))
                        .onFailure(
                            SupervisorStrategy.restartWithBackoff(RESTART_MIN, RESTART_MAX, 0.2))));
  }
}
