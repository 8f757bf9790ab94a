package dev.weft.cluster.fleet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import dev.weft.cluster.site.NodeId;
import dev.weft.fabric.problem.Cause;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a node follow what its region says: stores what it takes, has the node's own rollouts do what
 * {@link FollowRule} says, and answers where the node stands. One instruction at a time.
 */
public final class FollowerActor extends AbstractOnMessageBehavior<FollowerActor.Command> {

  public sealed interface Command {}

  /** A region says something. */
  public record Tell(Instruction instruction, ActorRef<StatusReply<NodeReport>> replyTo)
      implements Command {}

  private record Kept(@Nullable FollowerState state, @Nullable Throwable problem)
      implements Command {}

  private record Looked(@Nullable LocalRollout local, @Nullable Throwable problem)
      implements Command {}

  private record Took(
      LocalRollout local, @Nullable FollowerState state, @Nullable Throwable problem)
      implements Command {}

  private record Acted(
      Following following, LocalRollouts.@Nullable Beginning beginning, @Nullable Throwable problem)
      implements Command {}

  /**
   * What it works with.
   *
   * @param process number of this process among those that had the site's journal
   * @param nanos monotonic time
   */
  public record Setup(
      NodeId node, long process, FleetSettings settings, LocalRollouts local, LongSupplier nanos) {}

  private static final String NAME = "follower";
  private static final int WAITING_MAX = 64;

  /** What one instruction may have to do: take something back, begin something, and look. */
  private static final int DEEDS_MAX = 4;

  private final Setup setup;
  private final Contact contact;
  private final KeptEntity<FollowerEntity.Command, FollowerState> entity;
  private final Queue<Tell> waiting = new ArrayDeque<>();
  private boolean isKnown;
  private int deeds;
  private String trouble = "";

  /** Starts to follow; until then, and until the journal was read, no rollout here goes on. */
  public static InstructionDesk.Follower start(ActorSystem<?> system, Setup setup) {
    var actor = system.systemActorOf(create(setup), NAME, Props.empty());
    return (instruction, patience) -> tell(system, actor, instruction, patience);
  }

  /** Has an instruction carried out. */
  static CompletionStage<NodeReport> tell(
      ActorSystem<?> system,
      ActorRef<Command> follower,
      Instruction instruction,
      Duration patience) {
    return AskPattern.<Command, NodeReport>askWithStatus(
            follower, replyTo -> new Tell(instruction, replyTo), patience, system.scheduler())
        .toCompletableFuture()
        .copy();
  }

  static Behavior<Command> create(Setup setup) {
    var contact = new Contact(setup.settings().cutOffAfter(), setup.nanos());
    setup.local().advanceIf(contact);
    return KeptEntity.anew(Behaviors.setup(context -> new FollowerActor(context, setup, contact)));
  }

  private FollowerActor(ActorContext<Command> context, Setup setup, Contact contact) {
    super(context);
    this.setup = setup;
    this.contact = contact;
    this.entity =
        KeptEntity.spawn(
            context, FollowerEntity.create(setup.node()), setup.settings().answerTimeout());
    context.pipeToSelf(entity.ask(FollowerEntity.Tell::new), Kept::new);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Tell tell -> onTell(tell);
      case Kept(var state, var problem) -> onKept(state, problem);
      case Looked(var local, var problem) -> onLooked(local, problem);
      case Took(var local, var state, var problem) -> onTook(local, state, problem);
      case Acted(var following, var beginning, var problem) ->
          onActed(following, beginning, problem);
    }
    return this;
  }

  private void onKept(@Nullable FollowerState state, @Nullable Throwable problem) {
    if (state == null) {
      getContext().getLog().warn("rollouts of the fleet: {}", Cause.words(problem));
      getContext().pipeToSelf(entity.ask(FollowerEntity.Tell::new), Kept::new);
    } else if (!isKnown) {
      keep(state);
    }
  }

  private void keep(FollowerState state) {
    isKnown = true;
    contact.keeps(state);
  }

  private void onTell(Tell tell) {
    if (waiting.size() >= WAITING_MAX) {
      tell.replyTo()
          .tell(
              StatusReply.error(
                  "%d instructions wait (expected: < %d)".formatted(waiting.size(), WAITING_MAX)));
      return;
    }
    waiting.add(tell);
    if (waiting.size() == 1) {
      begin();
    }
  }

  private void begin() {
    deeds = 0;
    trouble = "";
    look();
  }

  private void look() {
    getContext().pipeToSelf(setup.local().latest(now().stage()), Looked::new);
  }

  private void onLooked(@Nullable LocalRollout local, @Nullable Throwable problem) {
    if (local == null) {
      answer(StatusReply.error(Cause.words(problem)));
      return;
    }
    var instruction = now();
    getContext()
        .pipeToSelf(
            entity.ask(replyTo -> new FollowerEntity.Take(instruction, local.number(), replyTo)),
            (state, failure) -> new Took(local, state, failure));
  }

  private void onTook(
      LocalRollout local, @Nullable FollowerState state, @Nullable Throwable problem) {
    if (state == null) {
      answer(StatusReply.error(Cause.words(problem)));
      return;
    }
    keep(state);
    var following = state.find(now().stage()).orElseThrow();
    // One that is late changes nothing, and is told what counts.
    if (!following.isOf(now())) {
      answer(StatusReply.success(FollowRule.report(following, local, "", setup.process())));
      return;
    }
    contact.heard(now().stage());
    var deed = FollowRule.deed(following, local);
    if (!(deed.orElse(null) instanceof FollowRule.Deed.Start)) {
      setup.local().stopBringing(now().stage());
    }
    if (deed.isEmpty() || !trouble.isEmpty() || deeds >= DEEDS_MAX) {
      answer(StatusReply.success(FollowRule.report(following, local, trouble, setup.process())));
      return;
    }
    deeds++;
    getContext()
        .pipeToSelf(
            act(deed.get()), (beginning, failure) -> new Acted(following, beginning, failure));
  }

  private CompletionStage<LocalRollouts.Beginning> act(FollowRule.Deed deed) {
    return switch (deed) {
      case FollowRule.Deed.Start _ -> setup.local().start(now());
      case FollowRule.Deed.TakeBack(var why) ->
          setup
              .local()
              .takeBack(now().stage(), why)
              .thenApply(_ -> new LocalRollouts.Beginning.Begun());
    };
  }

  private void onActed(
      Following following,
      LocalRollouts.@Nullable Beginning beginning,
      @Nullable Throwable problem) {
    if (beginning instanceof LocalRollouts.Beginning.Bringing(var progress)) {
      answer(StatusReply.success(FollowRule.bringing(following, progress, setup.process())));
      return;
    }
    if (problem != null) {
      trouble = Cause.words(problem);
    }
    look();
  }

  private Instruction now() {
    return waiting.element().instruction();
  }

  private void answer(StatusReply<NodeReport> report) {
    waiting.remove().replyTo().tell(report);
    if (!waiting.isEmpty()) {
      begin();
    }
  }
}
