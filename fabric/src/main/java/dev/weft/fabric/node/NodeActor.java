package dev.weft.fabric.node;

import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Signal;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.weft.fabric.load.LoadGauge;
import dev.weft.fabric.load.LoadSensor;
import dev.weft.fabric.load.LoadSettings;
import dev.weft.fabric.load.LoadWatch;
import dev.weft.fabric.pipeline.FabricClock;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Has the machine looked at once per interval. What follows is decided by {@link LoadWatch};
 * whoever wants to know reads the gauge.
 */
final class NodeActor extends AbstractOnMessageBehavior<NodeActor.Command> {

  /** Configuration path of the dispatcher it is to run on. */
  static final String DISPATCHER = "weft.fabric.load.dispatcher";

  sealed interface Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private final TimerScheduler<Command> timers;
  private final LoadSensor sensor;
  private final LoadWatch watch;
  private final FabricClock clock;
  private final Duration interval;

  /**
   * @param tensorMemoryShare off-heap memory held for tensors, of the most there may be
   */
  static Behavior<Command> create(
      LoadGauge gauge, DoubleSupplier tensorMemoryShare, FabricClock clock, LoadSettings settings) {
    return Behaviors.<Command>supervise(
            Behaviors.setup(
                context ->
                    Behaviors.withTimers(
                        timers ->
                            new NodeActor(
                                context, timers, gauge, tensorMemoryShare, clock, settings))))
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                settings.sampleInterval(), settings.dwellMax(), 0));
  }

  private NodeActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      LoadGauge gauge,
      DoubleSupplier tensorMemoryShare,
      FabricClock clock,
      LoadSettings settings) {
    super(context);
    this.timers = timers;
    this.clock = clock;
    this.interval = settings.sampleInterval();
    this.sensor = LoadSensor.of(context.getSystem().name() + "-", tensorMemoryShare, settings);
    this.watch =
        new LoadWatch(
            sensor,
            settings,
            gauge,
            context.getSystem().dispatchers().lookup(DispatcherSelector.blocking()));
    startTimer();
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Tick _ -> onTick();
    }
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop || signal instanceof PreRestart) {
      sensor.close();
    }
    return this;
  }

  private void onTick() {
    var change = watch.look(clock.nanos(), clock.instant());
    if (change.isPresent()) {
      getContext().getLog().info("{}", change.get());
    }
    startTimer();
  }

  /** One at a time, so that a machine which cannot keep up is not asked for more. */
  private void startTimer() {
    timers.startSingleTimer(Tick.INSTANCE, interval);
  }
}
