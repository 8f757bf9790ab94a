package dev.weft.fabric.node;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pairing.PairingDoor;
import dev.weft.fabric.pipeline.Generation;
import dev.weft.fabric.pipeline.Generation.Replicas;
import dev.weft.fabric.pipeline.NodeView;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.VariantChange;
import dev.weft.fabric.pipeline.VariantChoice;
import dev.weft.fabric.sequence.SequenceDoor;
import dev.weft.fabric.stage.StageHostActor;
import dev.weft.fabric.stage.StageKey;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.TensorPool;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Deploys one pipeline and changes it while frames flow: loads the variants beside those that run,
 * sends new frames to them, waits until the last old frame has left, and unloads what nobody needs.
 *
 * <p>One change at a time; others wait in a bounded queue. A change that fails leaves everything as
 * it was.
 */
final class PipelineActor extends AbstractOnMessageBehavior<PipelineActor.Command> {

  sealed interface Command {}

  /** Loads the pipeline as declared and opens its door. */
  record Deploy(ActorRef<StatusReply<Done>> replyTo) implements Command {}

  /** Changes what runs at one step. */
  record Vary(VariantChange change, ActorRef<StatusReply<Done>> replyTo) implements Command {}

  /** Closes the door, lets the frames inside end, unloads, and stops. */
  record Undeploy(ActorRef<StatusReply<Done>> replyTo) implements Command {}

  private record StageAnswer(StageHostActor.Reply reply) implements Command {}

  private record OldFramesLeft(Set<StageKey> keys) implements Command {}

  private record Closed(Set<StageKey> keys, ActorRef<StatusReply<Done>> replyTo)
      implements Command {}

  /** A change under way: what it leads to, and what it still waits for. */
  private static final class Change {
    final VariantChoice variants;
    final Plan plan;
    final Set<StageKey> keys;
    final ActorRef<StatusReply<Done>> replyTo;
    final Map<StageKey, Replicas> acquired = new LinkedHashMap<>();
    final List<StageHostActor.Refused> refused = new ArrayList<>();

    Change(
        VariantChoice variants,
        Plan plan,
        Set<StageKey> keys,
        ActorRef<StatusReply<Done>> replyTo) {
      this.variants = variants;
      this.plan = plan;
      this.keys = keys;
      this.replyTo = replyTo;
    }

    boolean isAnswered() {
      return acquired.size() + refused.size() == keys.size();
    }
  }

  private final PipelineDoor door;
  private final Optional<PairingDoor> pairing;
  private final Optional<SequenceDoor> sequences;
  private final KnownVariants stages;
  private final ActorRef<StageHostActor.Command> host;
  private final TensorPool tensors;
  private final NodeView view;
  private final int waitingChangesMax;
  private final ActorRef<StageHostActor.Reply> hostReplies;
  private final Queue<Command> waitingChanges = new ArrayDeque<>();
  private @Nullable Change change;
  private VariantChoice variants = VariantChoice.declared();
  private Set<StageKey> held = Set.of();
  private boolean closing;
  private @Nullable Closed closed;

  /** Earlier generations whose last frame has not left. */
  private int leaving;

  /**
   * @param stages every stage the pipeline names, by name
   */
  static Behavior<Command> create(
      PipelineDoor door,
      Optional<PairingDoor> pairing,
      Optional<SequenceDoor> sequences,
      Map<String, StageManifest> stages,
      ActorRef<StageHostActor.Command> host,
      TensorPool tensors,
      NodeView view,
      int waitingChangesMax) {
    return Behaviors.setup(
        context ->
            new PipelineActor(
                context, door, pairing, sequences, stages, host, tensors, view, waitingChangesMax));
  }

  private PipelineActor(
      ActorContext<Command> context,
      PipelineDoor door,
      Optional<PairingDoor> pairing,
      Optional<SequenceDoor> sequences,
      Map<String, StageManifest> stages,
      ActorRef<StageHostActor.Command> host,
      TensorPool tensors,
      NodeView view,
      int waitingChangesMax) {
    super(context);
    this.door = door;
    this.pairing = pairing;
    this.sequences = sequences;
    this.stages = new KnownVariants(door.manifest(), stages);
    this.host = host;
    this.tensors = tensors;
    this.view = view;
    this.waitingChangesMax = waitingChangesMax;
    this.hostReplies = context.messageAdapter(StageHostActor.Reply.class, StageAnswer::new);
    pairing.ifPresent(inputs -> context.spawn(TimerActor.create(inputs, inputs::close), "pairing"));
    sequences.ifPresent(
        kept -> {
          Runnable close =
              () -> {
                var _ = kept.close();
              };
          context.spawn(TimerActor.create(kept, close), "sequences");
        });
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Deploy deploy -> whenFree(deploy, deploy.replyTo());
      case Vary vary -> whenFree(vary, vary.replyTo());
      case Undeploy undeploy -> whenFree(undeploy, undeploy.replyTo());
      case StageAnswer(var reply) -> onStageAnswer(reply);
      case OldFramesLeft(var keys) -> {
        release(keys);
        leaving--;
      }
      case Closed last -> closed = last;
    }
    return closed == null || leaving > 0 ? this : ended(closed);
  }

  private Behavior<Command> ended(Closed last) {
    release(last.keys());
    last.replyTo().tell(StatusReply.ack());
    return Behaviors.stopped();
  }

  private void whenFree(Command command, ActorRef<StatusReply<Done>> replyTo) {
    if (closing) {
      replyTo.tell(
          StatusReply.error("pipeline '%s' is being unloaded".formatted(door.manifest().name())));
    } else if (change == null) {
      begin(command);
    } else if (waitingChanges.size() < waitingChangesMax) {
      waitingChanges.add(command);
    } else {
      replyTo.tell(
          StatusReply.error(
              "pipeline '%s': %d changes wait already (expected: < %d)"
                  .formatted(door.manifest().name(), waitingChanges.size(), waitingChangesMax)));
    }
  }

  private void begin(Command command) {
    switch (command) {
      case Deploy(var replyTo) -> change(variants, replyTo);
      case Vary(var change, var replyTo) -> vary(change, replyTo);
      case Undeploy(var replyTo) -> close(replyTo);
      case StageAnswer _, OldFramesLeft _, Closed _ ->
          throw new IllegalStateException(command + " is not a change");
    }
  }

  private void vary(VariantChange change, ActorRef<StatusReply<Done>> replyTo) {
    try {
      if (change instanceof VariantChange.Try(var step, var candidate, var declaredIn)) {
        declaredIn.ifPresent(manifest -> stages.add(step, candidate, manifest));
      }
      change(change.apply(variants), replyTo);
    } catch (IllegalArgumentException e) {
      replyTo.tell(StatusReply.error(e.getMessage()));
      beginNext();
    }
  }

  private void change(VariantChoice next, ActorRef<StatusReply<Done>> replyTo) {
    try {
      var plan = Plan.compile(door.manifest(), stages.declared(), next);
      var keys = keys(plan);
      change = new Change(next, plan, keys, replyTo);
      keys.forEach(key -> host.tell(new StageHostActor.Acquire(key, hostReplies)));
    } catch (IllegalArgumentException e) {
      replyTo.tell(StatusReply.error(e.getMessage()));
      beginNext();
    }
  }

  private void onStageAnswer(StageHostActor.Reply reply) {
    var current = change;
    if (current == null) {
      throw new IllegalStateException(reply + " came without a change under way");
    }
    switch (reply) {
      case StageHostActor.Acquired(var key, var replicas) -> current.acquired.put(key, replicas);
      case StageHostActor.Refused refused -> current.refused.add(refused);
    }
    if (current.isAnswered()) {
      end(current);
      change = null;
      beginNext();
    }
  }

  private void end(Change ended) {
    if (!ended.refused.isEmpty()) {
      release(ended.acquired.keySet());
      var messages = ended.refused.stream().map(StageHostActor.Refused::message).sorted().toList();
      var code = ended.refused.getFirst().code();
      ended.replyTo.tell(StatusReply.error(new StageException(code, String.join("\n", messages))));
      return;
    }
    Generation next;
    try {
      next =
          new Generation(
              ended.plan, door, (step, arm) -> replicas(ended, step, arm), tensors, view);
    } catch (RuntimeException e) {
      release(ended.acquired.keySet());
      ended.replyTo.tell(StatusReply.error(String.valueOf(e.getMessage())));
      return;
    }
    var before = held;
    held = ended.keys;
    variants = ended.variants;
    leaving++;
    getContext().pipeToSelf(noted(door.open(next)), (_, _) -> new OldFramesLeft(before));
    ended.replyTo.tell(StatusReply.ack());
  }

  private void close(ActorRef<StatusReply<Done>> replyTo) {
    closing = true;
    pairing.ifPresent(PairingDoor::close);
    var stateGone = sequences.map(SequenceDoor::close);
    var before = held;
    held = Set.of();
    var gone = door.close();
    getContext()
        .pipeToSelf(
            noted(stateGone.map(state -> gone.thenCombine(state, (_, none) -> none)).orElse(gone)),
            (_, _) -> new Closed(before, replyTo));
  }

  /** Akka cannot show the nothing of a Void that comes when its actor is gone. */
  private static CompletionStage<Done> noted(CompletionStage<Void> done) {
    return done.thenApply(_ -> Done.getInstance());
  }

  private void beginNext() {
    while (change == null && !waitingChanges.isEmpty()) {
      begin(waitingChanges.remove());
    }
  }

  private Replicas replicas(Change of, PlanStep step, int arm) {
    var replicas = of.acquired.get(key(step.arms().get(arm)));
    if (replicas == null) {
      throw new IllegalStateException("no replicas for step " + step.name());
    }
    return replicas;
  }

  private Set<StageKey> keys(Plan plan) {
    var keys = new LinkedHashSet<StageKey>();
    for (var step : plan.steps()) {
      step.arms().forEach(arm -> keys.add(key(arm)));
    }
    return keys;
  }

  private StageKey key(Plan.PlanArm arm) {
    return stages.key(arm.stage(), arm.variant());
  }

  private void release(Set<StageKey> keys) {
    keys.forEach(key -> host.tell(new StageHostActor.Release(key)));
  }
}
