package dev.weft.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One tiny stage of a chain, as an actor: works a little and sends the request on. What is compared
 * is who runs the actors, so there is nothing else in it.
 */
final class ChainActor extends AbstractOnMessageBehavior<ChainActor.Command> {

  /** Who runs the stages of a chain. */
  enum Layout {
    /** A dispatcher of one thread per loop, each with its own replica of every stage. */
    LOOPS,
    /** One pool of as many threads, with as many replicas of every stage. */
    SHARED_POOL,
    /** As {@link #LOOPS}, and the loop runs a chain to its end in one message. */
    RUN_TO_END
  }

  sealed interface Command {}

  private record Run(long value, CompletableFuture<Long> result) implements Command {}

  /** Chains at work; every request takes the next one in turn. */
  static final class Chains implements Contender {

    private final ActorSystem<Void> system;
    private final List<ActorRef<Command>> heads;
    private final AtomicInteger turn = new AtomicInteger();

    private Chains(ActorSystem<Void> system, List<ActorRef<Command>> heads) {
      this.system = system;
      this.heads = heads;
    }

    @Override
    public Caller newCaller() {
      return () -> {
        var result = new CompletableFuture<Long>();
        var chain = Math.floorMod(turn.getAndIncrement(), heads.size());
        heads.get(chain).tell(new Run(1, result));
        return result.join();
      };
    }

    @Override
    public void close() {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  private static final int STAGES = 3;

  /** Some hundred nanoseconds: what a tiny stage takes beside its hop. */
  private static final int WORK = 200;

  private final List<ActorRef<Command>> next;
  private final int stages;

  private ChainActor(ActorContext<Command> context, int stages, List<ActorRef<Command>> next) {
    super(context);
    this.stages = stages;
    this.next = next;
  }

  /** Starts as many chains of three stages as there are loops. */
  static Chains start(Layout layout, int loops) {
    var system = ActorSystem.<Void>create(Behaviors.empty(), "chains", config(loops));
    var heads = new ArrayList<ActorRef<Command>>();
    for (var loop = 0; loop < loops; loop++) {
      var dispatcher =
          DispatcherSelector.fromConfig(
              layout == Layout.SHARED_POOL ? "chains.shared" : "chains.loop-" + loop);
      var stagesPerActor = layout == Layout.RUN_TO_END ? STAGES : 1;
      List<ActorRef<Command>> next = List.of();
      for (var stage = STAGES / stagesPerActor; stage > 0; stage--) {
        var after = next;
        Behavior<Command> behavior =
            Behaviors.setup(context -> new ChainActor(context, stagesPerActor, after));
        next =
            List.of(
                system.systemActorOf(behavior, "chain-%d-%d".formatted(loop, stage), dispatcher));
      }
      heads.addAll(next);
    }
    return new Chains(system, heads);
  }

  private static Config config(int loops) {
    var text = new StringBuilder();
    for (var loop = 0; loop < loops; loop++) {
      text.append(
          """
          chains.loop-%d {
            type = Dispatcher
            executor = thread-pool-executor
            thread-pool-executor.fixed-pool-size = 1
            throughput = 1
          }
          """
              .formatted(loop));
    }
    text.append(
        """
        chains.shared {
          type = Dispatcher
          executor = fork-join-executor
          fork-join-executor { parallelism-min = %1$d, parallelism-max = %1$d }
        }
        akka.coordinated-shutdown.exit-jvm = off
        akka.loglevel = ERROR
        """
            .formatted(loops));
    return ConfigFactory.parseString(text.toString()).withFallback(ConfigFactory.load());
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    return switch (command) {
      case Run(var value, var result) -> onRun(value, result);
    };
  }

  private Behavior<Command> onRun(long value, CompletableFuture<Long> result) {
    var worked = value;
    for (var i = 0; i < WORK * stages; i++) {
      worked = worked * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
    }
    if (next.isEmpty()) {
      result.complete(worked);
    } else {
      next.getFirst().tell(new Run(worked, result));
    }
    return this;
  }
}
