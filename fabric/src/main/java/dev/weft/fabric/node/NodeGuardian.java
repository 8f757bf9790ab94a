package dev.weft.fabric.node;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import dev.weft.fabric.load.LoadGauge;
import dev.weft.fabric.loop.Watch;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pairing.PairingDoor;
import dev.weft.fabric.pipeline.NodeView;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.VariantChange;
import dev.weft.fabric.sequence.SequenceDoor;
import dev.weft.fabric.stage.LaneMailbox;
import dev.weft.fabric.stage.StageHostActor;
import dev.weft.fabric.stage.StageHosting;
import dev.weft.fabric.stage.StageLoader;
import dev.weft.stages.tensor.TensorPool;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The root of one node: owns the stage host, the watch over the machine, and one actor per deployed
 * pipeline.
 */
public final class NodeGuardian extends AbstractOnMessageBehavior<NodeGuardian.Command> {

  public sealed interface Command {}

  /**
   * Deploys a pipeline behind {@code door}, which it is known by from then on. There may be another
   * of its name, as one that takes its place is loaded beside it.
   *
   * @param stages every stage the pipeline names, by name
   * @param pairing of the pipeline's inputs, if declared
   * @param sequences of frames that hand on state, if declared
   */
  public record Deploy(
      PipelineDoor door,
      Optional<PairingDoor> pairing,
      Optional<SequenceDoor> sequences,
      Map<String, StageManifest> stages,
      ActorRef<StatusReply<Done>> replyTo)
      implements Command {}

  /** Changes what runs at a step; frames flow meanwhile. */
  public record Vary(PipelineDoor door, VariantChange change, ActorRef<StatusReply<Done>> replyTo)
      implements Command {}

  /** Lets a pipeline's frames end and unloads it. */
  public record Undeploy(PipelineDoor door, ActorRef<StatusReply<Done>> replyTo)
      implements Command {}

  /** Asks what is loaded on this node. */
  public record ListLoaded(ActorRef<StageHostActor.Loaded> replyTo) implements Command {}

  private record DeployEnded(Deploy deploy, @Nullable Throwable problem) implements Command {}

  private final ActorRef<StageHostActor.Command> host;
  private final TensorPool tensors;
  private final NodeView view;
  private final Watch watch;
  private final int waitingChangesMax;
  private final Duration loadTimeout;
  private final Map<PipelineDoor, ActorRef<PipelineActor.Command>> pipelines = new HashMap<>();
  private long spawned;

  /**
   * @param view what pipelines see of this node
   * @param hosting what stages are hosted with
   * @param gauge shows how hard the machine is pressed, unless that is not to be watched
   */
  public static Behavior<Command> create(
      StageLoader loader,
      TensorPool tensors,
      NodeView view,
      StageHosting hosting,
      FabricSettings settings,
      LoadGauge gauge) {
    return Behaviors.setup(
        context -> new NodeGuardian(context, loader, tensors, view, hosting, settings, gauge));
  }

  private NodeGuardian(
      ActorContext<Command> context,
      StageLoader loader,
      TensorPool tensors,
      NodeView view,
      StageHosting hosting,
      FabricSettings settings,
      LoadGauge gauge) {
    super(context);
    this.tensors = tensors;
    this.view = view;
    this.watch = hosting.watch();
    this.waitingChangesMax = settings.waitingChanges();
    this.loadTimeout = settings.loadTimeout();
    this.host = context.spawn(StageHostActor.create(loader, hosting), "stages");
    context
        .getSystem()
        .dispatchers()
        .lookup(DispatcherSelector.fromConfig(FabricSettings.WATCH_DISPATCHER))
        .execute(watch);
    if (settings.load().enabled()) {
      context.spawn(
          NodeActor.create(
              gauge,
              () -> (double) tensors.bytesHeld() / settings.tensorMemoryBytes(),
              view.clock(),
              settings.load()),
          "node",
          MailboxSelector.fromConfig(LaneMailbox.ID)
              .withDispatcherFromConfig(NodeActor.DISPATCHER));
    }
  }

  /** Loops may be waiting for what the watch takes off them, so it ends with its node. */
  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      watch.end();
    }
    return this;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Deploy deploy -> onDeploy(deploy);
      case Vary vary -> onVary(vary);
      case Undeploy(var door, var replyTo) -> onUndeploy(door, replyTo);
      case ListLoaded(var replyTo) -> host.tell(new StageHostActor.ListLoaded(replyTo));
      case DeployEnded(var deploy, var problem) -> onDeployEnded(deploy, problem);
    }
    return this;
  }

  private void onDeploy(Deploy deploy) {
    var name = deploy.door().manifest().name();
    var actor =
        getContext()
            .spawn(
                PipelineActor.create(
                    deploy.door(),
                    deploy.pairing(),
                    deploy.sequences(),
                    deploy.stages(),
                    host,
                    tensors,
                    view,
                    waitingChangesMax),
                "pipeline-%s-%d".formatted(name, spawned++));
    pipelines.put(deploy.door(), actor);
    // Of a copy, as Akka has what depends on its own run by the common pool, which may be blocked.
    var deployed =
        AskPattern.<PipelineActor.Command, StatusReply<Done>>ask(
                actor, PipelineActor.Deploy::new, loadTimeout, getContext().getSystem().scheduler())
            .toCompletableFuture()
            .copy();
    getContext()
        .pipeToSelf(
            deployed,
            (reply, problem) ->
                new DeployEnded(
                    deploy,
                    problem != null ? problem : reply.isSuccess() ? null : reply.getError()));
  }

  private void onDeployEnded(Deploy deploy, @Nullable Throwable problem) {
    if (problem == null) {
      deploy.replyTo().tell(StatusReply.ack());
      return;
    }
    var actor = pipelines.remove(deploy.door());
    if (actor != null) {
      actor.tell(new PipelineActor.Undeploy(getContext().getSystem().ignoreRef()));
    }
    deploy.replyTo().tell(StatusReply.error(problem));
  }

  private void onVary(Vary vary) {
    var actor = pipelines.get(vary.door());
    if (actor == null) {
      refuse(vary.door(), vary.replyTo());
    } else {
      actor.tell(new PipelineActor.Vary(vary.change(), vary.replyTo()));
    }
  }

  private void onUndeploy(PipelineDoor door, ActorRef<StatusReply<Done>> replyTo) {
    // It is gone at once; the actor behind it ends when its last frame has left.
    var actor = pipelines.remove(door);
    if (actor == null) {
      refuse(door, replyTo);
    } else {
      actor.tell(new PipelineActor.Undeploy(replyTo));
    }
  }

  private void refuse(PipelineDoor door, ActorRef<StatusReply<Done>> replyTo) {
    var names = pipelines.keySet().stream().map(each -> each.manifest().name()).sorted().toList();
    replyTo.tell(
        StatusReply.error(
            "pipeline: '%s' (expected: one of %s)".formatted(door.manifest().name(), names)));
  }
}
