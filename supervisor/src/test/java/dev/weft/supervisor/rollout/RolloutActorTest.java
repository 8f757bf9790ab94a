package dev.weft.supervisor.rollout;

import static dev.weft.supervisor.rollout.Plans.CANDIDATE;
import static dev.weft.supervisor.rollout.Plans.STABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Controllers that end at any moment, and those that come after them. */
@Timeout(120)
class RolloutActorTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(ConfigFactory.load()));
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A step that no plan has. */
  private static final int NEVER = 99;

  private static final AtomicInteger STAGES = new AtomicInteger();

  /** A node that loads and answers at once. */
  private static final class Node implements TrafficControl {
    volatile Traffic now = Traffic.alone(Optional.empty(), List.of());
    volatile int withdrawals;
    private boolean isHeld;

    @Override
    public synchronized CompletionStage<Void> apply(Traffic wanted) {
      now = isHeld ? withdrawn(wanted) : wanted;
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void takeBack(boolean isPromoted) {
      withdrawals++;
      isHeld = true;
      now = withdrawn(now);
    }

    private static Traffic withdrawn(Traffic from) {
      var nothing =
          from.trial().map(trial -> new Traffic.Trial(trial.name(), trial.variant(), 0, 0));
      return new Traffic(from.stable(), from.replaces(), nothing, from.mayLoad());
    }

    @Override
    public synchronized void admit() {
      isHeld = false;
    }

    @Override
    public void observe(TrialEvent.Observer observer) {}
  }

  /** Stops a controller when it has told of so many events. */
  private static final class Killer implements RolloutListener {
    private final int at;
    private int events;
    private volatile boolean isTime;

    Killer(int at) {
      this.at = at;
    }

    @Override
    public void happened(List<RolloutEvent> happened, RolloutState after) {
      if (after.course().isPresent()) {
        events += happened.size();
        isTime |= events >= at;
      }
    }

    @Override
    public void stands(RolloutState state, Judgement judgement, Instant at) {}
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aKillAtAnyStoredEventEndsOnOldOrNewInTheNextProcess() {
    for (var failing : List.of(NEVER, 2)) {
      for (var event = 1; event <= 16; event++) {
        var stage = "stage-%d".formatted(STAGES.incrementAndGet());
        var killer = new Killer(event);
        var node = new Node();
        var first = controller(stage, 1, node, killer, failing);
        first.tell(
            new RolloutActor.Ask(
                new RolloutEntity.Start(
                    quick(), STABLE, KIT.<StatusReply<RolloutState>>createTestProbe().ref())));
        await(() -> killer.isTime || !report(first).state().past().isEmpty());
        KIT.stop(first);

        // Another process: nothing is loaded, and the manifest says what it always said.
        var after = new Node();
        var second = controller(stage, 2, after, RolloutListener.none(), failing);
        await(second, () -> !report(second).state().isActive());
        await(() -> after.now.trial().isEmpty());

        var state = report(second).state();
        var expected = failing == NEVER ? CANDIDATE : STABLE;
        var where = "failing at %d, killed at event %d: %s".formatted(failing, event, state);
        assertEquals(Optional.of(expected), after.now.stable(), where);
        assertTrue(after.now.trial().isEmpty(), where);
        KIT.stop(second);
      }
    }
  }

  @Test
  void ofTwoControllersOnlyTheLaterActs() {
    var stage = "stage-%d".formatted(STAGES.incrementAndGet());
    var one = new Node();
    var two = new Node();
    var first = controller(stage, 1, one, RolloutListener.none(), NEVER);
    ask(first, replyTo -> new RolloutEntity.Start(slow(), STABLE, replyTo));
    await(() -> one.now.trial().map(trial -> trial.compared() > 0).orElse(false));

    KIT.stop(first);
    var second = controller(stage, 5, two, RolloutListener.none(), NEVER);
    await(() -> two.now.trial().map(trial -> trial.compared() > 0).orElse(false));
    var late = controller(stage, 3, one, RolloutListener.none(), NEVER);

    await(() -> report(late).trouble().contains("epoch: 3"));
    assertTrue(one.withdrawals > 0);
    assertEquals("", report(second).trouble());
  }

  @Test
  void aFailureTakesTheTrafficBeforeAnybodyIsAsked() {
    var stage = "stage-%d".formatted(STAGES.incrementAndGet());
    var node = new Node();
    var controller = controller(stage, 1, node, RolloutListener.none(), 0);
    ask(controller, replyTo -> new RolloutEntity.Start(slow(), STABLE, replyTo));

    await(() -> report(controller).state().phase() == Phase.DEGRADED);

    assertTrue(node.withdrawals > 0);
    await(() -> node.now.equals(report(controller).state().traffic()));
  }

  /** Its supervisor has it begin anew; what the one before gathered is not to be spent again. */
  @Test
  void aControllerThatBreaksGoesOnWithALaterAttempt() {
    var stage = "stage-%d".formatted(STAGES.incrementAndGet());
    var isToBreak = new AtomicBoolean();
    var breaking =
        new RolloutListener() {
          @Override
          public void happened(List<RolloutEvent> events, RolloutState after) {}

          @Override
          public void stands(RolloutState state, Judgement judgement, Instant at) {
            if (isToBreak.getAndSet(false)) {
              throw new IllegalStateException("broken by a test");
            }
          }
        };
    var controller =
        KIT.spawn(
            Behaviors.supervise(RolloutActor.create(setup(stage, 1, new Node(), breaking, NEVER)))
                .onFailure(SupervisorStrategy.restart()));
    ask(controller, replyTo -> new RolloutEntity.Start(slow(), STABLE, replyTo));
    await(() -> attempt(controller) == 1);

    isToBreak.set(true);

    await(controller, () -> attempt(controller) == 2);
    KIT.stop(controller);
  }

  @Test
  void whatCannotBeJudgedIsRolledBackAndSaysWhy() {
    var stage = "stage-%d".formatted(STAGES.incrementAndGet());
    var setup = setup(stage, 1, new Node(), RolloutListener.none(), NEVER);
    var controller =
        KIT.spawn(
            RolloutActor.create(
                new RolloutActor.Setup(
                    stage,
                    setup.id(),
                    1,
                    setup.control(),
                    (_, _, _, _) -> {
                      throw new IllegalArgumentException("limits: none");
                    },
                    setup.listener(),
                    setup.mayAdvance(),
                    setup.clock(),
                    setup.tick(),
                    setup.patience())));
    ask(controller, replyTo -> new RolloutEntity.Start(slow(), STABLE, replyTo));

    await(controller, () -> report(controller).state().phase() == Phase.DEGRADED);

    var why = report(controller).state().past().getLast().why();
    assertEquals("GATE_FAILED: it cannot be judged: limits: none", why);
  }

  @Test
  void whatMayNotGoOnStaysAtItsStepWithoutAnotherAttemptAndGoesOnWhenItMay() {
    var may = new AtomicBoolean();
    var asked = new AtomicInteger();
    var controller =
        held(
            NEVER,
            _ -> {
              asked.incrementAndGet();
              return may.get();
            });
    await(controller, () -> asked.get() > 20);

    var held = report(controller).state();
    assertEquals(Phase.PROGRESSING, held.phase());
    assertEquals(0, held.course().orElseThrow().step());
    assertEquals(1, held.course().orElseThrow().attempt());

    may.set(true);
    await(controller, () -> report(controller).state().phase() == Phase.HEALTHY);
  }

  @Test
  void whatMayNotGoOnIsTakenBackWhenItFails() {
    var controller = held(0, _ -> false);

    await(controller, () -> report(controller).state().phase() == Phase.DEGRADED);
  }

  private static ActorRef<RolloutActor.Command> held(
      int failing, Predicate<RolloutState> mayAdvance) {
    var stage = "stage-%d".formatted(STAGES.incrementAndGet());
    var controller =
        KIT.spawn(
            RolloutActor.create(
                setup(stage, 1, new Node(), RolloutListener.none(), failing, mayAdvance)));
    ask(controller, replyTo -> new RolloutEntity.Start(quick(), STABLE, replyTo));
    return controller;
  }

  private static int attempt(ActorRef<RolloutActor.Command> controller) {
    return report(controller).state().course().map(Course::attempt).orElse(0);
  }

  private static ActorRef<RolloutActor.Command> controller(
      String stage, long epoch, Node node, RolloutListener listener, int failing) {
    return KIT.spawn(RolloutActor.create(setup(stage, epoch, node, listener, failing)));
  }

  private static RolloutActor.Setup setup(
      String stage, long epoch, Node node, RolloutListener listener, int failing) {
    return setup(stage, epoch, node, listener, failing, _ -> true);
  }

  private static RolloutActor.Setup setup(
      String stage,
      long epoch,
      Node node,
      RolloutListener listener,
      int failing,
      Predicate<RolloutState> mayAdvance) {
    return new RolloutActor.Setup(
        stage,
        "shop/till/" + stage,
        epoch,
        node,
        (course, isWatch, now, alarm) -> analysis(course, failing),
        listener,
        mayAdvance,
        InstantSource.system(),
        Duration.ofMillis(5),
        PATIENCE);
  }

  private static Analysis analysis(Course course, int failing) {
    var verdict = course.step() == failing ? Verdict.FAIL : Verdict.PASS;
    return new Analysis() {
      @Override
      public void on(TrialEvent event) {}

      @Override
      public Judgement judge(Instant now) {
        return Plans.judgement(verdict);
      }
    };
  }

  private static RolloutPlan quick() {
    return plan(Duration.ZERO);
  }

  private static RolloutPlan slow() {
    return plan(Duration.ofHours(1));
  }

  private static RolloutPlan plan(Duration dwell) {
    var like = Plans.plan();
    return new RolloutPlan(
        like.stage(),
        like.candidate(),
        like.candidateDigest(),
        like.steps().stream()
            .map(step -> new RolloutPlan.Step(step.answers(), step.compared(), dwell))
            .toList(),
        like.giveUpAfter(),
        like.whenInconclusive(),
        new RolloutPlan.Watch(Duration.ofMillis(1), 500),
        "");
  }

  private static RolloutReport report(ActorRef<RolloutActor.Command> controller) {
    return AskPattern.<RolloutActor.Command, RolloutReport>ask(
            controller, RolloutActor.Report::new, PATIENCE, KIT.scheduler())
        .toCompletableFuture()
        .join();
  }

  private static void ask(
      ActorRef<RolloutActor.Command> controller,
      Function<ActorRef<StatusReply<RolloutState>>, RolloutEntity.Request> request) {
    AskPattern.<RolloutActor.Command, StatusReply<RolloutState>>ask(
            controller,
            replyTo -> new RolloutActor.Ask(request.apply(replyTo)),
            PATIENCE,
            KIT.scheduler())
        .toCompletableFuture()
        .join();
  }

  private static void await(
      ActorRef<RolloutActor.Command> controller, java.util.function.BooleanSupplier wanted) {
    try {
      await(wanted);
    } catch (AssertionError e) {
      throw new AssertionError("stands: " + report(controller), e);
    }
  }

  private static void await(java.util.function.BooleanSupplier wanted) {
    KIT.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(5),
            () -> {
              assertTrue(wanted.getAsBoolean());
              return true;
            });
  }
}
