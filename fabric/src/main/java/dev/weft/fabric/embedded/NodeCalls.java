package dev.weft.fabric.embedded;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.node.FabricSettings;
import dev.weft.fabric.node.NodeGuardian;
import dev.weft.fabric.pairing.PairingDoor;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.VariantChange;
import dev.weft.fabric.sequence.SequenceDoor;
import dev.weft.fabric.stage.StageHostActor;
import dev.weft.stages.spi.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Asks a node from outside its actor system. */
final class NodeCalls {

  private final ActorSystem<NodeGuardian.Command> system;
  private final Duration loadTimeout;

  /**
   * @param loadTimeout the node's own, for what loads stages
   */
  NodeCalls(ActorSystem<NodeGuardian.Command> system, Duration loadTimeout) {
    this.system = system;
    this.loadTimeout = loadTimeout;
  }

  CompletableFuture<Done> deploy(
      PipelineDoor door,
      Optional<PairingDoor> pairing,
      Optional<SequenceDoor> sequences,
      Map<String, StageManifest> stages) {
    return ask(replyTo -> new NodeGuardian.Deploy(door, pairing, sequences, stages, replyTo));
  }

  CompletableFuture<Void> vary(PipelineDoor door, VariantChange change) {
    return ask(replyTo -> new NodeGuardian.Vary(door, change, replyTo)).thenApply(_ -> null);
  }

  CompletableFuture<Done> undeploy(PipelineDoor door) {
    return ask(replyTo -> new NodeGuardian.Undeploy(door, replyTo));
  }

  private CompletableFuture<Done> ask(
      Function<ActorRef<StatusReply<Done>>, NodeGuardian.Command> command) {
    // Of a copy, as Akka has what depends on its own run by the common pool: whoever blocks that
    // pool, even by waiting for this very answer, would never get it. A little more patient than
    // the node, so that its answer comes first.
    return AskPattern.<NodeGuardian.Command, StatusReply<Done>>ask(
            system, command::apply, loadTimeout.plusSeconds(1), system.scheduler())
        .toCompletableFuture()
        .copy()
        .thenCompose(
            reply ->
                reply.isSuccess()
                    ? CompletableFuture.completedFuture(reply.getValue())
                    : CompletableFuture.failedFuture(reply.getError()))
        .exceptionallyCompose(problem -> CompletableFuture.failedFuture(WeftException.of(problem)));
  }

  StageHostActor.Loaded loaded() {
    CompletionStage<StageHostActor.Loaded> loaded =
        AskPattern.ask(system, NodeGuardian.ListLoaded::new, loadTimeout, system.scheduler());
    return loaded.toCompletableFuture().copy().join();
  }

  /**
   * Completes when every loop has ended what it does now. A frame is out of its pipeline, and its
   * caller answered, a moment before its loop has handed it to the recorder.
   */
  CompletableFuture<Void> loopsCameRound(int loops) {
    var rounds =
        FabricSettings.loopDispatchers(loops).stream()
            .map(path -> system.dispatchers().lookup(DispatcherSelector.fromConfig(path)))
            .map(loop -> CompletableFuture.runAsync(() -> {}, loop));
    return CompletableFuture.allOf(rounds.toArray(CompletableFuture[]::new));
  }

  /** Waits until {@code work} has ended, well or not; false if {@code time} passed before. */
  static boolean endsWithin(Duration time, CompletableFuture<?> work) {
    return work.handle((_, _) -> true)
        .completeOnTimeout(false, time.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  /**
   * Ends the actor system.
   *
   * @throws WeftException if a stage still runs after that time
   */
  void terminate(Duration patience) {
    system.terminate();
    // A copy, for the reason that ask has.
    var terminated = system.getWhenTerminated().toCompletableFuture().copy();
    if (!endsWithin(patience, terminated)) {
      throw new WeftException(
          ErrorCode.DEADLINE_EXCEEDED,
          "a stage still runs %s after it was to end (expected: runs that end or heed cancellation)"
              .formatted(patience));
    }
  }

  /**
   * @throws WeftException if it failed
   */
  static void await(CompletableFuture<Done> done) {
    try {
      done.join();
    } catch (CompletionException e) {
      throw WeftException.of(e);
    }
  }
}
