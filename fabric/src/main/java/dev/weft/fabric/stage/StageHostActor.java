package dev.weft.fabric.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.Generation.Replicas;
import dev.weft.fabric.pipeline.StageInlet;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Holds the variants loaded on this node and the stage actors that run them.
 *
 * <p>A variant is loaded when first acquired, shared by everyone who acquires it, and unloaded when
 * released as often. Loading and unloading run on a blocking dispatcher.
 */
public final class StageHostActor extends AbstractOnMessageBehavior<StageHostActor.Command> {

  public sealed interface Command {}

  /** Asks for replicas of a variant on every loop; pair each success with one {@link Release}. */
  public record Acquire(StageKey key, ActorRef<Reply> replyTo) implements Command {}

  /** Gives back what was acquired once; no frame may reach the replicas afterwards. */
  public record Release(StageKey key) implements Command {}

  /** Asks what is loaded. */
  public record ListLoaded(ActorRef<Loaded> replyTo) implements Command {}

  private record LoadEnded(StageKey key, LoadedStage stage) implements Command {}

  private record LoadFailed(StageKey key, Throwable cause) implements Command {}

  private record ReplicaStopped(LoadedStage stage) implements Command {}

  private record Unloaded(StageKey key, CompletableFuture<Void> unload, String problem)
      implements Command {}

  public sealed interface Reply {
    StageKey key();
  }

  public record Acquired(StageKey key, Replicas replicas) implements Reply {}

  public record Refused(StageKey key, ErrorCode code, String message) implements Reply {}

  /** What is loaded, by name, with the memory it holds outside the heap. */
  public record Loaded(Map<String, Long> nativeBytesByVariant) {
    public Loaded {
      nativeBytesByVariant = Collections.unmodifiableMap(new TreeMap<>(nativeBytesByVariant));
    }
  }

  private sealed interface Entry {}

  private record Loading(List<ActorRef<Reply>> waiting) implements Entry {}

  private record Ready(
      LoadedStage stage, Replicas replicas, List<ActorRef<StageActor.Command>> actors, int users)
      implements Entry {
    Ready withUsers(int count) {
      return new Ready(stage, replicas, actors, count);
    }
  }

  private final StageLoader loader;
  private final FabricClock clock;
  private final List<String> loopDispatchers;
  private final Executor blocking;
  private final Map<StageKey, Entry> entries = new HashMap<>();
  private final Map<LoadedStage, Integer> stopping = new HashMap<>();
  private final Set<CompletableFuture<Void>> unloads = new HashSet<>();
  private long spawned;

  /**
   * @param loopDispatchers configuration paths of the one-thread dispatchers, one per loop
   */
  public static Behavior<Command> create(
      StageLoader loader, FabricClock clock, List<String> loopDispatchers) {
    return Behaviors.setup(context -> new StageHostActor(context, loader, clock, loopDispatchers));
  }

  private StageHostActor(
      ActorContext<Command> context,
      StageLoader loader,
      FabricClock clock,
      List<String> loopDispatchers) {
    super(context);
    this.loader = loader;
    this.clock = clock;
    this.loopDispatchers = List.copyOf(loopDispatchers);
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Acquire acquire -> onAcquire(acquire);
      case Release(var key) -> onRelease(key);
      case ListLoaded(var replyTo) -> replyTo.tell(loaded());
      case LoadEnded(var key, var stage) -> onLoaded(key, stage);
      case LoadFailed(var key, var cause) -> onLoadFailed(key, cause);
      case ReplicaStopped(var stage) -> onReplicaStopped(stage);
      case Unloaded(var key, var unload, var problem) -> {
        unloads.remove(unload);
        onUnloaded(key, problem);
      }
    }
    return this;
  }

  /** The replicas have stopped before this host does, so what is left can be closed here. */
  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      stopping.keySet().forEach(LoadedStage::close);
      for (var entry : entries.values()) {
        if (entry instanceof Ready ready) {
          ready.stage().close();
        }
      }
      unloads.forEach(unload -> unload.handle((_, _) -> null).join());
    }
    return this;
  }

  private void onAcquire(Acquire acquire) {
    var key = acquire.key();
    switch (entries.get(key)) {
      case null -> {
        entries.put(key, new Loading(new ArrayList<>(List.of(acquire.replyTo()))));
        getContext()
            .pipeToSelf(
                CompletableFuture.supplyAsync(() -> loader.load(key), blocking),
                (stage, cause) ->
                    cause == null ? new LoadEnded(key, stage) : new LoadFailed(key, cause));
      }
      case Loading(var waiting) -> waiting.add(acquire.replyTo());
      case Ready ready -> {
        entries.put(key, ready.withUsers(ready.users() + 1));
        acquire.replyTo().tell(new Acquired(key, ready.replicas()));
      }
    }
  }

  private void onLoaded(StageKey key, LoadedStage stage) {
    if (!(entries.get(key) instanceof Loading(var waiting))) {
      throw new IllegalStateException(key + " was loaded without being asked for");
    }
    var actors = new ArrayList<ActorRef<StageActor.Command>>();
    for (var loop = 0; loop < loopDispatchers.size(); loop++) {
      actors.add(spawn(key, stage, loop));
    }
    var replicas = new Replicas(actors.stream().<StageInlet>map(StageActor::inlet).toList());
    entries.put(key, new Ready(stage, replicas, List.copyOf(actors), waiting.size()));
    waiting.forEach(replyTo -> replyTo.tell(new Acquired(key, replicas)));
    getContext().getLog().info("loaded {}", key);
  }

  private ActorRef<StageActor.Command> spawn(StageKey key, LoadedStage stage, int loop) {
    var name = "%s-%d-%d".formatted(key.toString().replace('@', '-'), spawned++, loop);
    LaneLimitsExtension.of(Adapter.toClassic(getContext().getSystem()))
        .announce(name, key.manifest().queue());
    var runner =
        new StageRunner(key.manifest().name(), stage.byLoop().get(loop), key.manifest().abi());
    return getContext()
        .spawn(
            StageActor.create(runner, clock),
            name,
            MailboxSelector.fromConfig(LaneMailbox.ID)
                .withDispatcherFromConfig(loopDispatchers.get(loop)));
  }

  private void onLoadFailed(StageKey key, Throwable thrown) {
    var cause = thrown.getCause() == null ? thrown : thrown.getCause();
    var code = cause instanceof StageException e ? e.code() : ErrorCode.STAGE_FAILED;
    var message =
        cause instanceof StageException
            ? "%s: %s".formatted(key, cause.getMessage())
            : "%s: %s".formatted(key, cause);
    if (entries.remove(key) instanceof Loading(var waiting)) {
      waiting.forEach(replyTo -> replyTo.tell(new Refused(key, code, message)));
    }
    getContext().getLog().info("could not load {}: {}", key, message);
  }

  private void onRelease(StageKey key) {
    if (!(entries.get(key) instanceof Ready ready)) {
      throw new IllegalStateException(key + " was released without being acquired");
    }
    if (ready.users() > 1) {
      entries.put(key, ready.withUsers(ready.users() - 1));
      return;
    }
    entries.remove(key);
    stopping.put(ready.stage(), ready.actors().size());
    for (var actor : ready.actors()) {
      getContext().watchWith(actor, new ReplicaStopped(ready.stage()));
      actor.tell(StageActor.Stop.INSTANCE);
    }
  }

  private void onReplicaStopped(LoadedStage stage) {
    var left = stopping.merge(stage, -1, Integer::sum);
    if (left > 0) {
      return;
    }
    stopping.remove(stage);
    var unload = CompletableFuture.runAsync(stage::close, blocking);
    unloads.add(unload);
    getContext()
        .pipeToSelf(
            unload,
            (_, cause) -> new Unloaded(stage.key(), unload, cause == null ? "" : cause.toString()));
  }

  private void onUnloaded(StageKey key, String problem) {
    if (problem.isEmpty()) {
      getContext().getLog().info("unloaded {}", key);
    } else {
      getContext().getLog().error("closing {} failed: {}", key, problem);
    }
  }

  private Loaded loaded() {
    var bytes = new HashMap<String, Long>();
    entries.forEach(
        (key, entry) -> {
          if (entry instanceof Ready ready) {
            bytes.put(key.toString(), ready.stage().nativeBytes());
          }
        });
    return new Loaded(bytes);
  }
}
