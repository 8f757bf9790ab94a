package dev.weft.fabric.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Arm;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.fabric.routing.TrialShare;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A candidate beside what runs: whom it answers, what it is compared on, how it comes and goes. */
class WeftTrialTest {

  private static final int FRAMES_LATE = 3;
  private static final List<String> VARIANTS = List.of("one", "two", "broken");
  private static final StageManifest STAGE =
      Graphs.stage("stage", "test/add", VARIANTS, TestStages.SIGNATURE);

  private static final StageManifest GATED =
      Graphs.stage("stage", "test/gated", List.of("one", "two"), TestStages.SIGNATURE);

  private final ConcurrentLinkedQueue<TrialEvent> events = new ConcurrentLinkedQueue<>();
  private Weft weft;
  private Pipeline graph;

  @BeforeEach
  void start() {
    start(2, STAGE);
    graph.observeTrials(events::add);
  }

  private void start(int loops, StageManifest stage) {
    weft =
        Weft.embedded(
            ConfigFactory.parseString(
                    "weft.fabric { leak-tracing = on, loops = %d }".formatted(loops))
                .withFallback(ConfigFactory.load()));
    graph = weft.deploy(Graphs.chainOf(1), Map.of("stage", stage));
  }

  /** Runs of {@link #GATED} one after the other. */
  private void startGated() {
    weft.close();
    TestStages.PERMITS.drainPermits();
    start(1, GATED);
  }

  /** Closing names every leaked tensor, so each test here is a leak test too. */
  @AfterEach
  void stop() {
    weft.close();
    assertEquals(0, TestStages.OPEN.get());
  }

  @Test
  void aCandidateMeetsNoFrameBeforeItHasAShare() {
    graph.tryOut("s0", "two", Optional.empty()).join();

    assertEquals(Set.of(1f), answers(50));
    assertTrue(events.stream().noneMatch(event -> event instanceof TrialEvent.Compared));
  }

  @Test
  void growingTheShareKeepsWhoIsIn() {
    graph.tryOut("s0", "two", Optional.empty()).join();
    Set<Integer> before = Set.of();
    for (var share : List.of(100, 500, 2_500, 5_000, TrialShare.WHOLE)) {
      graph.share("s0", share(share, 0));
      var now = sessionsOfCandidate(400);
      assertTrue(now.containsAll(before), before + " in " + now);
      assertEquals(400.0 * share / TrialShare.WHOLE, now.size(), 40);
      before = now;
    }
  }

  @Test
  void eachArmIsComparedWithTheOtherOnTheSameInput() throws InterruptedException {
    graph.tryOut("s0", "two", Optional.empty()).join();
    graph.share("s0", share(5_000, TrialShare.WHOLE));
    var compared = new ConcurrentLinkedQueue<List<Float>>();
    var byCandidate = new HashSet<Boolean>();
    var all = new CountDownLatch(60);
    graph.observeTrials(
        event -> {
          if (event instanceof TrialEvent.Compared pair) {
            synchronized (byCandidate) {
              byCandidate.add(pair.isAnsweredByCandidate());
            }
            compared.add(List.of(first(pair.stable()), first(pair.candidate())));
            assertTrue(pair.stableTimes().ownCpuNanos().isPresent());
          }
          if (!(event instanceof TrialEvent.Ran)) {
            all.countDown();
          }
        });

    answers(60);

    assertTrue(all.await(10, TimeUnit.SECONDS), compared.toString());
    assertEquals(Set.of(List.of(1f, 100f)), Set.copyOf(compared));
    assertEquals(Set.of(true, false), byCandidate);
  }

  @Test
  void aWithdrawnCandidateAnswersNoFurtherFrame() {
    graph.tryOut("s0", "two", Optional.empty()).join();
    graph.share("s0", share(TrialShare.WHOLE, 0));
    assertEquals(Set.of(100f), answers(20));

    graph.withdraw("s0");

    assertEquals(Set.of(1f), answers(20));
    graph.endTrial("s0").join();
    assertEquals(Set.of(1f), answers(20));
  }

  @Test
  void aPromotedCandidateAnswersAloneAndTheOtherCanBeTriedAgainstIt() {
    graph.tryOut("s0", "two", Optional.empty()).join();
    graph.promote("s0").join();
    assertEquals(Set.of(100f), answers(20));

    graph.tryOut("s0", "one", Optional.empty()).join();
    graph.share("s0", share(0, TrialShare.WHOLE));
    assertEquals(Set.of(100f), answers(20));
    graph.swap("s0", "one").join();
    assertEquals(Set.of(1f), answers(20));
  }

  @Test
  void whatTheCandidateFailsIsToldAndFailsOnlyItsFrames() {
    graph.tryOut("s0", "two", Optional.empty()).join();
    graph.share("s0", share(TrialShare.WHOLE, 0));

    var problem = assertThrows(WeftException.class, () -> graph.infer("in", tensor(-1)));

    assertEquals(ErrorCode.INVALID_INPUT, problem.code());
    var ran = assertInstanceOf(TrialEvent.Ran.class, events.peek());
    assertTrue(ran.isCandidate());
    assertEquals(Optional.of(ErrorCode.INVALID_INPUT), ran.error());
  }

  @Test
  void aCandidateThatIsStillAtWorkAtTheDeadlineAndThoseThatWaitForItAreLate()
      throws InterruptedException {
    startGated();
    var late = new CountDownLatch(FRAMES_LATE);
    graph.observeTrials(
        event -> {
          if (event instanceof TrialEvent.Late(_, _, _, var isCandidate, _) && isCandidate) {
            late.countDown();
          } else {
            events.add(event);
          }
        });
    graph.tryOut("s0", "two", Optional.empty()).join();
    graph.share("s0", share(TrialShare.WHOLE, 0));

    var answers =
        IntStream.range(0, FRAMES_LATE)
            .mapToObj(_ -> Request.of("in", tensor(0)).within(Duration.ofMillis(50)))
            .map(graph::submit)
            .toList();

    for (var answer : answers) {
      var dropped = assertInstanceOf(Answer.Dropped.class, answer.join());
      assertEquals(DropReason.DEADLINE_EXCEEDED, dropped.reason());
    }
    assertTrue(late.await(10, TimeUnit.SECONDS), late + ", " + events);
    assertEquals(List.of(), List.copyOf(events));
  }

  @Test
  void aCandidateThatACallerCallsOffIsNotLate() throws InterruptedException {
    startGated();
    var told = new LinkedBlockingQueue<TrialEvent>();
    graph.observeTrials(told::add);
    graph.tryOut("s0", "two", Optional.empty()).join();
    graph.share("s0", share(TrialShare.WHOLE, 0));

    var answer = graph.submit(Request.of("in", tensor(0)));
    while (!TestStages.PERMITS.hasQueuedThreads()) {
      LockSupport.parkNanos(1_000_000);
    }
    answer.cancel(true);

    var ran = assertInstanceOf(TrialEvent.Ran.class, told.poll(10, TimeUnit.SECONDS));
    assertEquals(Optional.of(ErrorCode.CANCELLED), ran.error());
  }

  @Test
  void whatFailsInTheShadowOfAStepThatMayFailIsToldWithItsReason() throws InterruptedException {
    graph.unload();
    var picky = Graphs.stage("stage", "test/add", List.of("one", "picky"), TestStages.SIGNATURE);
    graph = weft.deploy(oneOptionalStep(), Map.of("stage", picky));
    var told = new LinkedBlockingQueue<TrialEvent>();
    graph.observeTrials(
        event -> {
          if (!(event instanceof TrialEvent.Ran)) {
            told.add(event);
          }
        });
    graph.tryOut("s0", "picky", Optional.empty()).join();
    graph.share("s0", share(0, TrialShare.WHOLE));

    answers(1);

    var missed = assertInstanceOf(TrialEvent.Missed.class, told.poll(10, TimeUnit.SECONDS));
    assertTrue(missed.isCandidate());
    assertEquals(Optional.of(ErrorCode.STAGE_FAILED), missed.error());
    assertEquals("stage 'stage': not this one", missed.message());
  }

  @Test
  void aVariantDeclaredLaterIsTriedWithoutLoadingTheOthersAgain() {
    var open = TestStages.OPEN.get();
    var older = Graphs.stage("stage", "test/add", List.of("one"), TestStages.SIGNATURE);
    var second =
        weft.deploy(
            Graphs.with(Graphs.chainOf(1), "second", Graphs.chainOf(1).door()),
            Map.of("stage", older));
    var before = TestStages.OPEN.get();

    second.tryOut("s0", "two", Optional.of(STAGE)).join();
    second.promote("s0").join();

    assertTrue(before > open);
    try (var answer = second.infer("in", tensor(0))) {
      assertEquals(100f, answer.output("out").toFloats()[0]);
    }
    assertEquals(2, second.stages().values().iterator().next().variants().size());
  }

  @Test
  void refusesWhatCannotBeTriedAndChangesNothing() {
    for (var each :
        Map.of(
                "three", "variant: 'three' of stage 'stage' (expected: one of [one, two, broken])",
                "broken", "model is truncated")
            .entrySet()) {
      var refused =
          assertThrows(
              CompletionException.class, graph.tryOut("s0", each.getKey(), Optional.empty())::join);
      assertTrue(message(refused).contains(each.getValue()), message(refused));
    }
    var nowhere =
        assertThrows(CompletionException.class, graph.tryOut("s9", "two", Optional.empty())::join);
    assertTrue(
        message(nowhere).contains("step on trial: 's9' (expected: one without a split, of s0)"),
        nowhere.getMessage());
    var nothing = assertThrows(CompletionException.class, graph.promote("s0")::join);
    assertTrue(message(nothing).contains("nothing on trial"), message(nothing));
    var other = Graphs.stage("stage", "test/pass", List.of("new"), TestStages.SIGNATURE);
    var kind =
        assertThrows(
            CompletionException.class, graph.tryOut("s0", "new", Optional.of(other))::join);
    assertTrue(message(kind).contains("another kind or ABI"), message(kind));
    assertEquals(Set.of(1f), answers(20));
  }

  @Test
  void anUnloadWaitsForFramesThatMetWhatRanBefore() {
    startGated();
    var inside = graph.submit(Request.of("in", tensor(1)));
    graph.swap("s0", "two").join();

    var unloaded = CompletableFuture.runAsync(graph::unload);

    assertThrows(TimeoutException.class, () -> unloaded.get(200, TimeUnit.MILLISECONDS));
    TestStages.PERMITS.release();
    try (var answer = inside.join()) {
      assertInstanceOf(Answer.Completed.class, answer);
    }
    unloaded.join();
  }

  @Test
  void aSplitStepIsNotTried() {
    var split =
        new Split(
            "ab",
            "s0",
            "session",
            List.of(
                new Arm("a", Optional.empty(), Optional.of("one"), 1),
                new Arm("b", Optional.empty(), Optional.of("two"), 1)));
    var manifest = Graphs.chainOf(1);
    var pipeline =
        weft.deploy(
            Graphs.with(
                Graphs.pipeline(
                    manifest.inputs(),
                    manifest.steps(),
                    manifest.outputs(),
                    List.of(),
                    List.of(split)),
                "split",
                manifest.door()),
            Map.of("stage", STAGE));

    var refused =
        assertThrows(
            CompletionException.class, pipeline.tryOut("s0", "two", Optional.empty())::join);

    assertTrue(message(refused).contains("without a split"), message(refused));
  }

  private static PipelineManifest oneOptionalStep() {
    var chain = Graphs.chainOf(1);
    var step = chain.steps().getFirst();
    var optional =
        new Step(
            step.name(),
            step.stage(),
            step.variant(),
            step.inputs(),
            step.when(),
            Optional.of(true),
            step.gate(),
            step.standIns(),
            step.degrade(),
            step.shadow());
    return Graphs.pipeline(
        chain.inputs(), List.of(optional), chain.outputs(), List.of(), List.of());
  }

  private static String message(Throwable thrown) {
    return String.valueOf(thrown.getMessage());
  }

  private static TrialShare share(int answers, int compared) {
    return new TrialShare("trial", "session", answers, compared);
  }

  private Set<Float> answers(int frames) {
    var seen = new HashSet<Float>();
    for (var i = 0; i < frames; i++) {
      try (var answer = graph.infer(Request.of("in", tensor(0)).with("session", "session-" + i))) {
        seen.add(first(List.of(answer.output("out"))));
      }
    }
    return seen;
  }

  private Set<Integer> sessionsOfCandidate(int sessions) {
    var found = new HashSet<Integer>();
    for (var i = 0; i < sessions; i++) {
      try (var answer = graph.infer(Request.of("in", tensor(0)).with("session", "session-" + i))) {
        if (first(List.of(answer.output("out"))) >= 100) {
          found.add(i);
        }
      }
    }
    return found;
  }

  private static float first(List<Tensor> tensors) {
    return new ArrayList<>(tensors).getFirst().toFloats()[0];
  }

  private Tensor tensor(float... values) {
    return weft.tensors().floats(Shape.of(values.length), values);
  }
}
