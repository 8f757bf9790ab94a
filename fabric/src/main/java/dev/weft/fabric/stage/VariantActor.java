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
import dev.weft.fabric.load.LoadEvent;
import dev.weft.fabric.loop.InferenceLoop;
import dev.weft.fabric.pipeline.Generation.Replicas;
import dev.weft.fabric.profile.ServiceProfile;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One variant on this node, from loading to unloading: its replicas on every loop, and what becomes
 * of runs that do not end. Loading and unloading run on a blocking dispatcher.
 *
 * <p>A run that its loop went on without has until {@code budget.hang} to come back. Then the call
 * is lost: its frames are answered, what waited goes to a new replica, and the memory the call may
 * still read stays leased. Too many lost calls suspend the stage ({@link StageBreaker}).
 */
final class VariantActor extends AbstractOnMessageBehavior<VariantActor.Command> {

  sealed interface Command {}

  /** Stops the replicas, unloads the variant, and stops; sent when no frame can reach it. */
  enum Unload implements Command {
    INSTANCE
  }

  private record LoadEnded(LoadedStage stage) implements Command {}

  private record LoadFailed(Throwable cause) implements Command {}

  private record LeftBehind(int loop, StageRun run, long ranNanos) implements Command {}

  private record Overdue(int loop, StageRun run) implements Command {}

  private record Renewed(int loop, Stage stage) implements Command {}

  private record NotRenewed(int loop, Duration pause, Throwable cause) implements Command {}

  private record Renew(int loop, Duration pause) implements Command {}

  private record ReplicaStopped(ActorRef<StageActor.Command> replica) implements Command {}

  private record Unloaded(String problem) implements Command {}

  /** What became of the load. */
  sealed interface Loaded {
    StageKey key();
  }

  record Ready(StageKey key, Replicas replicas, long nativeBytes) implements Loaded {}

  record Refused(StageKey key, ErrorCode code, String message) implements Loaded {}

  private static final DispatcherSelector LOADING =
      DispatcherSelector.fromConfig("weft.fabric.load-dispatcher");

  private static final Duration RENEW_PAUSE = Duration.ofSeconds(1);
  private static final Duration RENEW_PAUSE_MAX = Duration.ofMinutes(1);

  private final StageKey key;
  private final StageLoader loader;
  private final StageHosting hosting;
  private final ActorRef<Loaded> loadedTo;
  private final List<InferenceLoop> loops;
  private final Executor blocking;
  private final TensorAllocator tensors;
  private final ServiceProfile profile;
  private final StageBreaker breaker = new StageBreaker();
  private final CompletableFuture<LoadedStage> loading;
  private final List<ReplicaInlet> inlets = new ArrayList<>();
  private final Map<ActorRef<StageActor.Command>, Replica> replicas = new HashMap<>();
  private final List<CompletableFuture<Stage>> renewing = new ArrayList<>();
  private LoadedStage stage;
  private CompletableFuture<Void> unloading = CompletableFuture.completedFuture(null);
  private long spawned;
  private boolean closing;

  static Behavior<Command> create(
      StageKey key, StageLoader loader, StageHosting hosting, ActorRef<Loaded> loadedTo) {
    return Behaviors.setup(context -> new VariantActor(context, key, loader, hosting, loadedTo));
  }

  private VariantActor(
      ActorContext<Command> context,
      StageKey key,
      StageLoader loader,
      StageHosting hosting,
      ActorRef<Loaded> loadedTo) {
    super(context);
    this.key = key;
    this.loader = loader;
    this.hosting = hosting;
    this.loadedTo = loadedTo;
    this.stage = new LoadedStage(key, List.of());
    this.tensors = hosting.tensors(key);
    this.profile = new ServiceProfile(key.manifest().budget().p95().map(Duration::toNanos));
    this.loops =
        hosting.loopDispatchers().stream()
            .map(path -> LoopDispatcher.loop(context.getSystem(), path))
            .toList();
    this.blocking = context.getSystem().dispatchers().lookup(LOADING);
    this.loading = CompletableFuture.supplyAsync(() -> loader.load(key), blocking);
    context.pipeToSelf(
        loading, (loaded, cause) -> cause == null ? new LoadEnded(loaded) : new LoadFailed(cause));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case LoadEnded(var loaded) -> onLoaded(loaded);
      case LoadFailed(var cause) -> {
        return onLoadFailed(cause);
      }
      case LeftBehind(var loop, var run, var ranNanos) -> onLeftBehind(loop, run, ranNanos);
      case Overdue(var loop, var run) -> onOverdue(loop, run);
      case Renewed(var loop, var fresh) -> onRenewed(loop, fresh);
      case NotRenewed(var loop, var pause, var cause) -> onNotRenewed(loop, pause, cause);
      case Renew(var loop, var pause) -> renew(loop, pause);
      case Unload _ -> onUnload();
      case ReplicaStopped(var replica) -> onReplicaStopped(replica);
      case Unloaded(var problem) -> {
        return onUnloaded(problem);
      }
    }
    return this;
  }

  /** The replicas have stopped before this actor does, so what is left can be closed here. */
  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      replicas.values().forEach(hosting.watch()::remove);
      // A stage is closed by one thread at a time: it may be closing now.
      unloading.handle((_, _) -> null).join();
      stage.close();
      // It may have come while this stopped; closing twice does nothing.
      loading.thenAccept(LoadedStage::close);
      renewing.forEach(fresh -> fresh.thenAccept(Stage::close));
    }
    return this;
  }

  private void onLoaded(LoadedStage loaded) {
    stage = loaded;
    for (var loop = 0; loop < loops.size(); loop++) {
      var replica = replica(loop);
      inlets.add(new ReplicaInlet(replica, spawn(replica, loop)::tell));
    }
    loadedTo.tell(new Ready(key, new Replicas(List.copyOf(inlets), profile), loaded.nativeBytes()));
    getContext().getLog().info("loaded {}", key);
  }

  private Behavior<Command> onLoadFailed(Throwable thrown) {
    var cause = thrown.getCause() == null ? thrown : thrown.getCause();
    var code = cause instanceof StageException e ? e.code() : ErrorCode.STAGE_FAILED;
    var message =
        cause instanceof StageException
            ? "%s: %s".formatted(key, cause.getMessage())
            : "%s: %s".formatted(key, cause);
    loadedTo.tell(new Refused(key, code, message));
    getContext().getLog().info("could not load {}: {}", key, message);
    return Behaviors.stopped();
  }

  private Replica replica(int loop) {
    var self = getContext().getSelf();
    return new Replica(
        key,
        stage.byLoop().get(loop),
        loops.size(),
        loops.get(loop),
        hosting.clock(),
        profile,
        breaker,
        tensors,
        (run, ranNanos) -> self.tell(new LeftBehind(loop, run, ranNanos)));
  }

  private ActorRef<StageActor.Command> spawn(Replica replica, int loop) {
    // Distinct on the node, as this actor's own name is.
    var name = "%s-loop%d-%d".formatted(getContext().getSelf().path().name(), loop, spawned++);
    var system = Adapter.toClassic(getContext().getSystem());
    LaneBoxExtension.of(system)
        .announce(name, new LaneBoxExtension.Announced(replica.box(), replica.endsSoon()));
    var actor =
        getContext()
            .spawn(
                StageActor.create(replica),
                name,
                MailboxSelector.fromConfig(LaneMailbox.ID)
                    .withDispatcherFromConfig(hosting.loopDispatchers().get(loop)));
    replicas.put(actor, replica);
    hosting.watch().add(replica);
    getContext().watchWith(actor, new ReplicaStopped(actor));
    return actor;
  }

  private void onLeftBehind(int loop, StageRun run, long ranNanos) {
    getContext()
        .getLog()
        .warn(
            "{} still runs after {} ms; inference loop {} goes on without it",
            key,
            ranNanos / 1_000_000,
            loop);
    var left = hosting.hang(key).minusNanos(ranNanos);
    getContext()
        .scheduleOnce(
            left.isNegative() ? Duration.ZERO : left,
            getContext().getSelf(),
            new Overdue(loop, run));
  }

  private void onOverdue(int loop, StageRun run) {
    if (!run.giveUpKeepingInputs()) {
      return;
    }
    var now = hosting.clock().nanos();
    var lost =
        new LoadEvent.CallLost(
            key.toString(),
            loop,
            Duration.ofNanos(now - run.startedNanos()),
            breaker.lost(now),
            hosting.clock().instant());
    getContext().getLog().error("{}", lost);
    hosting.events().tell(lost, blocking);
    var message =
        "stage '%s': no end after %d ms (expected: within its budget.hang); the call is lost"
            .formatted(key.manifest().name(), hosting.hang(key).toMillis());
    switch (stage.byLoop().get(loop).concurrency()) {
      case SHARED -> replace(loop);
      case PER_REPLICA -> renew(loop, RENEW_PAUSE);
    }
    run.asked().forEach(asked -> asked.giveUp(ErrorCode.STAGE_FAILED, message));
  }

  /** Lets a new replica take over what waits on {@code loop}. */
  private void replace(int loop) {
    var replica = replica(loop);
    inlets.get(loop).leadTo(replica, spawn(replica, loop)::tell);
  }

  /**
   * @param pause before it is tried again, should it fail
   */
  private void renew(int loop, Duration pause) {
    if (closing) {
      return;
    }
    var fresh = CompletableFuture.supplyAsync(() -> loader.loadOne(key), blocking);
    renewing.removeIf(CompletableFuture::isDone);
    renewing.add(fresh);
    getContext()
        .pipeToSelf(
            fresh,
            (loaded, cause) ->
                cause == null ? new Renewed(loop, loaded) : new NotRenewed(loop, pause, cause));
  }

  private void onNotRenewed(int loop, Duration pause, Throwable cause) {
    getContext()
        .getLog()
        .error(
            "{} on inference loop {} is not renewed; tried again in {} s",
            key,
            loop,
            pause.toSeconds(),
            cause);
    inlets
        .get(loop)
        .refuse(
            "stage '%s': cannot be loaded anew after a lost call (%s)"
                .formatted(key.manifest().name(), cause.getMessage()));
    var twice = pause.multipliedBy(2);
    getContext()
        .scheduleOnce(
            pause,
            getContext().getSelf(),
            new Renew(loop, twice.compareTo(RENEW_PAUSE_MAX) > 0 ? RENEW_PAUSE_MAX : twice));
  }

  private void onRenewed(int loop, Stage fresh) {
    stage = stage.with(loop, fresh);
    if (!closing) {
      replace(loop);
    }
  }

  private void onUnload() {
    closing = true;
    replicas.keySet().forEach(replica -> replica.tell(StageActor.Stop.INSTANCE));
  }

  private void onReplicaStopped(ActorRef<StageActor.Command> replica) {
    var stopped = replicas.remove(replica);
    if (stopped != null) {
      hosting.watch().remove(stopped);
    }
    if (!replicas.isEmpty()) {
      return;
    }
    unloading = CompletableFuture.runAsync(stage::close, blocking);
    getContext()
        .pipeToSelf(unloading, (_, cause) -> new Unloaded(cause == null ? "" : cause.toString()));
  }

  private Behavior<Command> onUnloaded(String problem) {
    if (problem.isEmpty()) {
      getContext().getLog().info("unloaded {}", key);
    } else {
      getContext().getLog().error("closing {} failed: {}", key, problem);
    }
    return Behaviors.stopped();
  }
}
