package dev.weft.fabric.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Generation.Replicas;
import dev.weft.stages.spi.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Knows the variants loaded on this node: each is loaded when first acquired, shared by everyone
 * who acquires it, and unloaded when released as often.
 */
public final class StageHostActor extends AbstractOnMessageBehavior<StageHostActor.Command> {

  public sealed interface Command {}

  /** Asks for replicas of a variant on every loop; pair each success with one {@link Release}. */
  public record Acquire(StageKey key, ActorRef<Reply> replyTo) implements Command {}

  /** Gives back what was acquired once; no frame may reach the replicas afterwards. */
  public record Release(StageKey key) implements Command {}

  /** Asks what is loaded. */
  public record ListLoaded(ActorRef<Loaded> replyTo) implements Command {}

  private record VariantLoaded(VariantActor.Loaded loaded) implements Command {}

  private record KeptLongEnough(StageKey key, long stay) implements Command {}

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

  private record Loading(ActorRef<VariantActor.Command> variant, List<ActorRef<Reply>> waiting)
      implements Entry {}

  /**
   * @param users 0 if it is only kept in case it is swapped back
   * @param stay numbers the times it was kept so
   */
  private record Ready(
      ActorRef<VariantActor.Command> variant,
      Replicas replicas,
      long nativeBytes,
      int users,
      long stay)
      implements Entry {
    Ready withUsers(int count) {
      return new Ready(variant, replicas, nativeBytes, count, stay);
    }

    Ready kept(long number) {
      return new Ready(variant, replicas, nativeBytes, 0, number);
    }
  }

  private final StageLoader loader;
  private final StageHosting hosting;
  private final ActorRef<VariantActor.Loaded> loads;
  private final Map<StageKey, Entry> entries = new HashMap<>();
  private long spawned;
  private long stays;

  public static Behavior<Command> create(StageLoader loader, StageHosting hosting) {
    return Behaviors.setup(context -> new StageHostActor(context, loader, hosting));
  }

  private StageHostActor(ActorContext<Command> context, StageLoader loader, StageHosting hosting) {
    super(context);
    this.loader = loader;
    this.hosting = hosting;
    this.loads = context.messageAdapter(VariantActor.Loaded.class, VariantLoaded::new);
    for (var i = 0; i < hosting.loopDispatchers().size(); i++) {
      var loop = LoopDispatcher.loop(context.getSystem(), hosting.loopDispatchers().get(i));
      loop.pauseBy(hosting.pause());
      hosting.loops().attach(i, loop);
    }
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Acquire acquire -> onAcquire(acquire);
      case Release(var key) -> onRelease(key);
      case ListLoaded(var replyTo) -> replyTo.tell(loaded());
      case VariantLoaded(var loaded) -> onLoaded(loaded.key(), loaded);
      case KeptLongEnough(var key, var stay) -> onKeptLongEnough(key, stay);
    }
    return this;
  }

  private void onAcquire(Acquire acquire) {
    var key = acquire.key();
    switch (entries.get(key)) {
      case null ->
          entries.put(key, new Loading(load(key), new ArrayList<>(List.of(acquire.replyTo()))));
      case Loading(_, var waiting) -> waiting.add(acquire.replyTo());
      case Ready ready -> {
        entries.put(key, ready.withUsers(ready.users() + 1));
        acquire.replyTo().tell(new Acquired(key, ready.replicas()));
      }
    }
  }

  private ActorRef<VariantActor.Command> load(StageKey key) {
    return getContext()
        .spawn(
            VariantActor.create(key, loader, hosting, loads),
            "%s-%d".formatted(key.toString().replace('@', '-'), spawned++));
  }

  private void onLoaded(StageKey key, VariantActor.Loaded loaded) {
    if (!(entries.get(key) instanceof Loading(var variant, var waiting))) {
      throw new IllegalStateException(key + " was loaded without being asked for");
    }
    switch (loaded) {
      case VariantActor.Ready(_, var replicas, var nativeBytes) -> {
        entries.put(key, new Ready(variant, replicas, nativeBytes, waiting.size(), 0));
        waiting.forEach(replyTo -> replyTo.tell(new Acquired(key, replicas)));
      }
      case VariantActor.Refused(_, var code, var message) -> {
        entries.remove(key);
        waiting.forEach(replyTo -> replyTo.tell(new Refused(key, code, message)));
      }
    }
  }

  private void onRelease(StageKey key) {
    if (!(entries.get(key) instanceof Ready ready) || ready.users() == 0) {
      throw new IllegalStateException(key + " was released without being acquired");
    }
    if (ready.users() > 1) {
      entries.put(key, ready.withUsers(ready.users() - 1));
      return;
    }
    // One variant at a time is kept of a stage, and none of a stage that nobody uses.
    kept(key.manifest()).forEach(this::unload);
    if (hosting.keepLoaded().isPositive() && isUsedOtherwise(key)) {
      entries.put(key, ready.kept(++stays));
      getContext()
          .scheduleOnce(
              hosting.keepLoaded(), getContext().getSelf(), new KeptLongEnough(key, stays));
    } else {
      unload(key);
    }
  }

  private void onKeptLongEnough(StageKey key, long stay) {
    if (entries.get(key) instanceof Ready ready && ready.users() == 0 && ready.stay() == stay) {
      unload(key);
    }
  }

  /** Whether another variant of the stage is in use or being loaded. */
  private boolean isUsedOtherwise(StageKey key) {
    return entries.entrySet().stream()
        .anyMatch(
            other ->
                !other.getKey().equals(key)
                    && other.getKey().manifest().equals(key.manifest())
                    && !(other.getValue() instanceof Ready ready && ready.users() == 0));
  }

  private List<StageKey> kept(StageManifest stage) {
    return entries.entrySet().stream()
        .filter(
            entry ->
                entry.getKey().manifest().equals(stage)
                    && entry.getValue() instanceof Ready ready
                    && ready.users() == 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  private void unload(StageKey key) {
    if (entries.remove(key) instanceof Ready ready) {
      ready.variant().tell(VariantActor.Unload.INSTANCE);
    }
  }

  private Loaded loaded() {
    var bytes = new HashMap<String, Long>();
    entries.forEach(
        (key, entry) -> {
          if (entry instanceof Ready ready) {
            bytes.put(key.toString(), ready.nativeBytes());
          }
        });
    return new Loaded(bytes);
  }
}
